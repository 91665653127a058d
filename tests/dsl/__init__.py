"""Tests of the readers, the tree, and all that happens to it before matching."""
