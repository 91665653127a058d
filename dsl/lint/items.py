"""Style of items: modifiers that do nothing, values that are read differently elsewhere.

In go the detections of an entry, out come warnings.
"""

from collections.abc import Iterable, Iterator

from ..ast import Detection, Item, Modifier, Value, items
from ..diagnostics import Diagnostic, Fix, Label, Severity
from ..source import Span
from ..values import Number
from ..yamltext.types import differs

_UNQUOTED = frozenset("0123456789+-.ynoYNO")
"""What a plain scalar begins with that the versions of YAML may read differently."""


def lint_items(detections: Iterable[Detection], syntax: str) -> Iterator[Diagnostic]:
    """Go through what could be better in detections."""
    for detection in detections:
        for item in items(detection.body):
            if item.modifiers:
                yield from _lint_modifiers(item)
            if len(item.values) > 1:
                yield from _lint_list(item)
            if syntax == "sigma":
                for value in item.values:
                    if value.written[:1] in _UNQUOTED:
                        yield from _lint_value(value)


def _lint_modifiers(item: Item) -> Iterator[Diagnostic]:
    """Look at the modifiers of an item."""
    names = [modifier.name for modifier in item.modifiers]
    if "all" in names and len(item.values) == 1:
        yield _single_all(item, item.modifiers[names.index("all")])
    if "base64offset" in names and "contains" not in names:
        yield Diagnostic(
            "T914",
            Severity.WARNING,
            "`base64offset` without `contains` hardly ever matches",
            (Label(item.modifiers[names.index("base64offset")].span),),
            "add `|contains` after it: the encoded text stands in the middle of a longer one",
        )
    if "expand" in names:
        for value in item.values:
            if "\\%" in value.written:
                yield Diagnostic(
                    "T915",
                    Severity.WARNING,
                    r"`\%` is a backslash and a percent sign",
                    (Label(value.span),),
                    "a percent sign cannot be escaped under `expand`",
                )


def _single_all(item: Item, modifier: Modifier) -> Diagnostic:
    """Speak of `all` with one value, which the specification forbids (D18)."""
    span = modifier.span
    bar = Span(span.source, max(0, span.start - 1), span.end)
    fixes = (Fix(bar, "", "remove `|all`"),) if bar.text == "|all" else ()
    label = Label(item.values[0].span, "the only value")
    message = "`all` with a single value does nothing"
    return Diagnostic(
        "T907", Severity.WARNING, message, (Label(span), label), "remove it", fixes=fixes
    )


def _lint_list(item: Item) -> Iterator[Diagnostic]:
    """Look at several values of an item."""
    distinct = {value.scalar for value in item.values}
    if len(distinct) == len(item.values) and None not in distinct:
        return
    seen: dict[object, Value] = {}
    for value in item.values:
        key = (type(value.scalar), value.scalar)
        if value.scalar is None:
            yield Diagnostic(
                "T913",
                Severity.WARNING,
                "null stands among other values",
                (Label(value.span),),
                "write a detection of its own for it; other tools refuse this",
            )
        elif key in seen:
            yield Diagnostic(
                "T918",
                Severity.WARNING,
                "this value stands twice",
                (Label(value.span), Label(seen[key].span, "here too")),
                "remove one of them",
            )
        seen.setdefault(key, value)


def _lint_value(value: Value) -> Iterator[Diagnostic]:
    """Speak of a plain scalar that the versions of YAML read differently (D1)."""
    if value.span.text != value.written:
        return
    kind = differs(value.written)
    if kind is None:
        return
    typed = value.written if kind == "date" or not _is_typed(value) else None
    help_ = "put it in single quotes, as it is read as a text here"
    fixes: tuple[Fix, ...] = ()
    if typed is None:
        help_ = _spelling(value)
    else:
        fixes = (Fix(value.span, f"'{typed}'", "put it in single quotes"),)
    message = f"YAML 1.1 and 1.2 read `{value.written}` differently"
    yield Diagnostic("T911", Severity.WARNING, message, (Label(value.span),), help_, fixes=fixes)


def _is_typed(value: Value) -> bool:
    """Return whether a scalar was read as something other than text."""
    return isinstance(value.scalar, Number | bool)


def _spelling(value: Value) -> str:
    """Return what to write instead of a number or a boolean."""
    plain = str(value.scalar).lower()
    return f"write `{plain}`, or put it in single quotes if a text is meant"
