"""What can go wrong in the matcher that is the fault of neither rules nor events."""


class ProgramError(ValueError):
    """Bytes that are no program, or not one of this version, or do not do what they should."""
