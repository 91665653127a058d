"""Untrusted input: whatever the bytes, only the documented errors, and never without end.

`targets` holds one function an input; `test_targets` gives each of them Hypothesis's bytes and
the bundled rules with faults strewn in; ``make fuzz`` runs `run` on each under atheris.
"""
