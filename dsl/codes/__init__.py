"""Every code that a diagnostic can have, with what `tocsin explain CODE` says of it.

One module a hundred: `files` T0, `syntax` T1, `structure` T2, `values` T3, `fields` T4,
`correlation` T5, `emission` T6, `matching` T7, `events` T8, `style` T9. A code is never used
again for something else.
"""

from ..diagnostics import Severity
from . import (
    correlation,
    emission,
    events,
    fields,
    files,
    matching,
    native,
    structure,
    style,
    syntax,
    values,
)
from .code import Code

__all__ = ["CODES", "Code", "Severity"]

CODES: dict[str, Code] = {
    code.code: code
    for module in (
        files,
        syntax,
        native,
        structure,
        values,
        fields,
        correlation,
        emission,
        matching,
        events,
        style,
    )
    for code in module.CODES
}
"""All codes by name."""
