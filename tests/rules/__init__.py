"""Tests of the rules and data that come with Tocsin."""
