"""Tests of going through event files."""
