"""The form of an entry in the registry of codes."""

from dataclasses import dataclass

from ..diagnostics import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of diagnostic.

    Attributes:
        code: such as `T204`.
        title: what it is about, in a few words.
        severity: how much it matters unless the stage says otherwise.
        explanation: one or two short paragraphs: what it means and why it matters.
        bad: a small example that has the fault, or empty.
        good: the same example mended, or empty.
    """

    code: str
    title: str
    severity: Severity
    explanation: str
    bad: str = ""
    good: str = ""
