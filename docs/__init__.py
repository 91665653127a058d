"""The documents beyond the README; their examples are run by ``tests/meta``."""
