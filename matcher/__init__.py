"""Logical IR in, verdicts out.

``reference`` is the meaning, slow and readable; ``planner``, ``program`` and the compiled
modules (their names start with an underscore) give the same verdicts fast, and ``matcher``
is what the umbrella calls. Imports ``dsl``; never ``emit``, never the umbrella.
"""
