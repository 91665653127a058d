"""The wording of the check stage, one small function a message."""

from collections.abc import Iterable

from ..ast import Detection, Item, Name, Quantified, Rule, Value
from ..diagnostics import Diagnostic, Fix, Label, Severity
from ..modifiers import KNOWN, Base, Chain, ChainFault
from ..modifiers import Fault as ChainFaultKind
from ..operands import ALTERNATIVES, ValueFault
from ..operands import Fault as ValueFaultKind
from ..source import Span
from ..suggest import suggest
from ..values import Pattern


def _error(
    code: str,
    message: str,
    *labels: Label,
    help: str = "",  # noqa: A002 - the diagnostic's own word
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """Return an error."""
    return Diagnostic(code, Severity.ERROR, message, labels, help, fixes=fixes)


def _warning(code: str, message: str, *labels: Label, help: str = "") -> Diagnostic:  # noqa: A002
    """Return a warning."""
    return Diagnostic(code, Severity.WARNING, message, labels, help)


def _close(word: str, known: Iterable[str], span: Span) -> tuple[str, tuple[Fix, ...]]:
    """Return a help text and a fix that put a known word in the place of this one."""
    close = suggest(word, known)
    if close is None:
        return "", ()
    return f"write `{close}`", (Fix(span, close, f"replace it by `{close}`"),)


def chain_fault(item: Item, found: ChainFault) -> Diagnostic:
    """Say what is wrong with the modifiers of an item."""
    name = found.modifier.name
    label = Label(found.modifier.span)
    match found.fault:
        case ChainFaultKind.UNKNOWN:
            text, fixes = _close(name, KNOWN, found.modifier.span)
            text = text or f"the modifiers are {', '.join(sorted(KNOWN))}"
            return _error("T301", f"unknown modifier `{name}`", label, help=text, fixes=fixes)
        case ChainFaultKind.NOT_FIRST:
            return _error(
                "T302",
                f"`{name}` must be the first modifier",
                label,
                help=f"write `{name}` directly after the field name `{item.field or ''}`",
            )
        case ChainFaultKind.CLASH:
            return _error(
                "T303",
                f"`{name}` cannot follow the modifiers before it",
                Label(found.modifier.span, f"what stands before makes this a {found.other} test"),
                help="put the two tests into two items",
            )
        case ChainFaultKind.FLAG_WITHOUT_RE:
            return _error("T304", f"`{name}` is a flag of `re`", label, help=f"write `re|{name}`")
        case ChainFaultKind.ENCODED_AFTER_OPEN:
            return _error(
                "T305",
                f"`{name}` cannot encode a text that is already open at an end",
                label,
                help=f"write `{name}` before `contains`, `startswith` or `endswith`",
            )


def field_needed(item: Item, chain: Chain) -> Diagnostic:
    """Say that a test without a field can only search for texts."""
    return _error(
        "T320",
        f"a {chain.base.value} test needs a field",
        Label(item.key),
        help="name the field before the first `|`",
    )


_KINDS = {
    ValueFaultKind.TEXT: ("T306", "a text is needed here"),
    ValueFaultKind.NUMBER: ("T307", "a number is needed here"),
    ValueFaultKind.BOOLEAN: ("T308", "`true` or `false` is needed here"),
    ValueFaultKind.WILDCARD: ("T309", "wildcards are not allowed here"),
    ValueFaultKind.UNICODE: ("T312", "the encoded value is not text"),
    ValueFaultKind.MANY: ("T313", f"the value stands for more than {ALTERNATIVES} texts"),
    ValueFaultKind.PLACEHOLDER: ("T317", "a placeholder cannot be encoded"),
    ValueFaultKind.LIST: ("T314", "the list holds values of another kind"),
}

_HELP = {
    ValueFaultKind.TEXT: "write the value in quotes",
    ValueFaultKind.BOOLEAN: "write `true` for present and `false` for missing",
    ValueFaultKind.WILDCARD: r"write `\*` or `\?` for the characters themselves",
    ValueFaultKind.UNICODE: "let `base64` or `base64offset` follow the UTF-16 modifier",
    ValueFaultKind.MANY: "write fewer options into one value",
    ValueFaultKind.PLACEHOLDER: "write the values themselves, or leave the encoding out",
}


def value_fault(item: Item, chain: Chain, value: Value, found: ValueFault) -> Diagnostic:
    """Say what is wrong with one value of an item."""
    match found.fault:
        case ValueFaultKind.NETWORK:
            return _bad_network(value, found)
        case ValueFaultKind.REGEX:
            return _bad_regex(value, found)
        case ValueFaultKind.PATH:
            return _error("T316", f"the path {found.detail}", Label(value.span))
        case ValueFaultKind.NUMBER:
            return _number_needed(value, chain)
        case kind:
            code, message = _KINDS[kind]
            because = Label(item.key, f"because this is a {chain.base.value} test")
            return _error(code, message, Label(value.span), because, help=_HELP.get(kind, ""))


def _number_needed(value: Value, chain: Chain) -> Diagnostic:
    """Say that a value should be a number; offer to take its quotes away."""
    text = value.scalar.text if isinstance(value.scalar, Pattern) else None
    plain = text is not None and text.removeprefix("-").replace(".", "", 1).isdecimal()
    fixes = (Fix(value.span, text or "", "take the quotes away"),) if plain else ()
    message = "a number is needed here"
    if chain.base is Base.TIME:
        message = f"`{chain.part.value}` is compared with a number"
    return _error(
        "T307",
        message,
        Label(value.span),
        help=f"write {text} without quotes" if plain else "",
        fixes=fixes,
    )


def _bad_network(value: Value, found: ValueFault) -> Diagnostic:
    """Say what is wrong with a network, and which one was probably meant."""
    close = found.suggestion
    return _error(
        "T310",
        f"the network {found.detail}",
        Label(value.span),
        help=f"write `{close}`" if close else "write an address and a prefix, as `10.0.0.0/8`",
        fixes=(Fix(value.span, close, f"replace it by `{close}`", safe=False),) if close else (),
    )


def _bad_regex(value: Value, found: ValueFault) -> Diagnostic:
    """Say what is wrong with a regular expression, and where."""
    span = value.span
    if found.offset is not None and span.text.find(value.written) >= 0:
        start = span.start + span.text.find(value.written) + found.offset
        end = min(max(start + 1, start), span.end)
        span = Span(span.source, min(start, span.end), max(end, min(start, span.end)))
    return _error(
        "T311",
        f"the regular expression is refused: {found.detail}",
        Label(span),
        help="use the syntax of RE2, which is matched in linear time",
    )


def counts_as_text(item: Item, value: Value) -> Diagnostic:
    """Say that a number is looked for as the text that was written (D17)."""
    return _warning(
        "T318",
        f"`{value.written}` is looked for as text",
        Label(value.span),
        Label(item.key, "because of this modifier"),
        help=f"write '{value.written}' in quotes",
    )


def unknown_list(value: Value, name: str, known: Iterable[str]) -> Diagnostic:
    """Say that no list has this name."""
    text, fixes = _close(name, known, value.span)
    return _error(
        "T314",
        f"no list is called `{name}`",
        Label(value.span),
        help=text or f'a text stands in quotes: `"{name}"`; a list is defined: `list {name} = …`',
        fixes=fixes,
    )


def no_list_file(value: Value, path: str) -> Diagnostic:
    """Say that a list file could not be read."""
    return _error(
        "T315",
        f"the list file `{path}` cannot be read",
        Label(value.span),
        help="paths of list files are relative to the rule's own file; one value a line",
    )


def unknown_detection(rule: Rule, node: Name) -> Diagnostic:
    """Say that a condition names a detection that is not there."""
    names = [detection.name for detection in rule.detections]
    close = suggest(node.name, names)
    labels = [Label(node.span, "no detection is called this")]
    labels += [
        Label(detection.span, "a detection with a similar name")
        for detection in rule.detections
        if detection.name == close
    ]
    known = f"the detections are {', '.join(f'`{name}`' for name in names)}"
    return _error(
        "T204",
        f"the condition names an unknown detection `{node.name}`",
        *labels,
        help=f"write `{close}`" if close else known,
        fixes=(Fix(node.span, close, f"replace it by `{close}`"),) if close else (),
    )


def selects_nothing(rule: Rule, node: Quantified, pattern: str) -> Diagnostic:
    """Say that a quantifier speaks of no detection."""
    names = ", ".join(f"`{detection.name}`" for detection in rule.detections)
    return _error(
        "T205",
        f"no detection is selected by `{'them' if node.them else pattern}`",
        Label(node.span),
        help=f"the detections are {names}; those that begin with `_` are passed over",
    )


def count_out_of_reach(node: Quantified, selected: int) -> Diagnostic:
    """Say that more detections are asked for than there are."""
    return _warning(
        "T207",
        f"{node.count} of {selected} detections can never hold",
        Label(node.span),
        help=f"ask for at most {selected}, or use `all of`",
    )


def unused_detection(detection: Detection) -> Diagnostic:
    """Say that no condition uses a detection."""
    return _warning(
        "T206",
        f"the detection `{detection.name}` is never used",
        Label(detection.span),
        help="name it in the condition, or remove it",
    )


def constant_condition(rule: Rule, *, value: bool) -> Diagnostic:
    """Say that a rule always or never matches."""
    span = rule.conditions[0].span
    if value:
        return _warning("T209", "the condition always holds", Label(span))
    return _warning("T208", "the condition can never hold", Label(span))
