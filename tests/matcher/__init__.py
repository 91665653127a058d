"""The matcher: the decisions about meaning, and the parts of the compiled engine."""
