"""The forms in which a query can be had: alone, or in a document that deploys it.

In go emissions with their queries; out comes one document for all of them. `detection` gathers
what the documents say of a rule; there is one module a form.
"""

from collections.abc import Callable, Mapping, Sequence

from . import analytics, arm, bicep, defender, hunting
from .detection import Detection, FormOptions, gather_detection

Document = Callable[[Sequence[Detection]], str]

FORMS: Mapping[str, Document] = {
    "analytics": analytics.document,
    "arm": arm.document,
    "bicep": bicep.document,
    "hunting": hunting.document,
    "defender": defender.document,
}
"""What writes the document of each form; the form `query` is the query alone."""
FORM_NAMES = ("query", *FORMS)

LOOKBACKS = {"defender": defender.LOOKBACK}
"""How far back the queries of a form look, where the form asks for it."""

__all__ = ["FORMS", "FORM_NAMES", "LOOKBACKS", "Detection", "FormOptions", "gather_detection"]
