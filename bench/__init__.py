"""Benchmarks: one module a claim, run by ``make bench``, reported in ``docs/benchmarks.md``."""
