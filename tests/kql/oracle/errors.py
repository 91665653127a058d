"""The refusal of the oracle."""


class UnsupportedError(Exception):
    """A construct whose meaning the oracle does not know, or that no document settles."""
