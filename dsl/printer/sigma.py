"""The tree as Sigma YAML, in the layout of the public rule sets.

In goes a document that says nothing that Sigma cannot (`translate.to_sigma` makes it so), out
comes text that `sigma` reads back to an equal document. What does not fit is reported and left
out.
"""

from collections.abc import Iterable, Sequence

from ..ast import (
    And,
    Case,
    Correlation,
    Detection,
    Document,
    Entry,
    FileName,
    Filter,
    Item,
    ListName,
    Logsource,
    MetaEntry,
    Name,
    Node,
    Not,
    Or,
    Quantified,
    RawText,
    Rule,
    Value,
)
from ..diagnostics import Diagnostic, Label, Report, Severity
from ..sigma.shape import fits, is_keyword, key_of
from ..values import Number, Pattern
from ..yamltext import writer as yaml
from ..yamltext.types import Numeral, type_plain

_AFTER_DETECTION = ("fields", "falsepositives", "level")
"""Keys that by custom stand after the detections."""


def print_sigma(document: Document, report: Report) -> str:
    """Return a document as Sigma YAML; entries that do not fit are reported and left out."""
    texts = [_print_entry(entry, report) for entry in document.entries]
    return "---\n".join(text for text in texts if text)


def _print_entry(entry: Entry, report: Report) -> str:
    """Return one YAML document, or nothing with the reason in the report."""
    for part in _misfits(entry):
        message = f"the {part} cannot be written as Sigma YAML"
        help_ = "`tocsin translate --to sigma` rewrites what has an equal form in Sigma"
        label = Label(entry.span)
        report.add(Diagnostic("T680", Severity.ERROR, message, (label,), help_))
        return ""
    match entry:
        case Rule():
            logic = _rule(entry)
        case Filter():
            logic = _filter(entry)
        case Correlation():
            logic = _correlation(entry)
    entries = _with_logic(entry.meta, logic)
    return "\n".join(yaml.write(yaml.Map(tuple(entries)))) + "\n"


def _misfits(entry: Entry) -> Iterable[str]:
    """Go through the parts of an entry that Sigma has no form for."""
    if isinstance(entry, Correlation):
        if not isinstance(entry.condition, tuple) and not _is_plain(entry.condition):
            yield "condition"
        return
    for detection in entry.detections:
        if not fits(detection.body):
            yield f"detection `{detection.name}`"
    conditions = entry.conditions if isinstance(entry, Rule) else (entry.condition,)
    for condition in conditions:
        if not _is_plain(condition):
            yield "condition"


def _is_plain(node: Node) -> bool:
    """Return whether a condition speaks of detections only, by forms that Sigma has."""
    match node:
        case And(children=children) | Or(children=children):
            return all(_is_plain(child) for child in children)
        case Not(child=child):
            return _is_plain(child)
        case Quantified(names=names):
            return len(names) <= 1
        case Item():
            return False
        case Name():
            return True


Entries = list[tuple[str, yaml.Yaml]]


def _with_logic(meta: Sequence[MetaEntry], logic: Entries) -> Entries:
    """Return the keys of a document, its logic where custom has it."""
    at = next((i for i, each in enumerate(meta) if each.key in _AFTER_DETECTION), len(meta))
    entries = [(yaml.key(each.key), yaml.data(each.data)) for each in meta]
    return [*entries[:at], *logic, *entries[at:]]


def _rule(rule: Rule) -> Entries:
    """Return the logic of a rule."""
    block = _detections(rule.detections)
    if rule.timeframe is not None:
        block.append(("timeframe", yaml.text(rule.timeframe)))
    conditions = [yaml.text(spell_condition(node)) for node in rule.conditions]
    single = len(conditions) == 1
    block.append(("condition", conditions[0] if single else yaml.Sequence(tuple(conditions))))
    logic: Entries = [("logsource", _logsource(rule.logsource)), ("detection", _map(block))]
    if rule.cases:
        logic.append(("tests", yaml.Sequence(tuple(_case(case) for case in rule.cases))))
    return logic


def _case(case: Case) -> yaml.Yaml:
    """Return a test kept with a rule."""
    entries: Entries = [("name", yaml.text(case.name))]
    if case.logsource is not None:
        entries.append(("logsource", yaml.text(case.logsource)))
    entries.append(("event", yaml.data(case.event)))
    entries.append(("match", yaml.data(case.matches)))
    return _map(entries)


def _filter(entry: Filter) -> Entries:
    """Return the logic of a filter."""
    rules: yaml.Yaml = yaml.text("any") if entry.rules is None else _texts(entry.rules)
    block: Entries = [("rules", rules), *_detections(entry.detections)]
    block.append(("condition", yaml.text(spell_condition(entry.condition))))
    source = entry.logsource
    head: Entries = [] if source == Logsource() else [("logsource", _logsource(source))]
    return [*head, ("filter", _map(block))]


def _correlation(entry: Correlation) -> Entries:
    """Return the logic of a correlation."""
    block: Entries = [("type", yaml.text(entry.kind)), ("rules", _texts(entry.rules))]
    if entry.group_by:
        block.append(("group-by", _texts(entry.group_by)))
    if entry.timespan is not None:
        block.append(("timespan", yaml.text(entry.timespan)))
    condition = _correlation_condition(entry)
    if condition is not None:
        block.append(("condition", condition))
    if entry.aliases:
        groups: dict[str, Entries] = {}
        for alias, rule, field in entry.aliases:
            groups.setdefault(alias, []).append((yaml.key(rule), yaml.text(field)))
        block.append(("aliases", _map((yaml.key(a), _map(pairs)) for a, pairs in groups.items())))
    if entry.generate:
        block.append(("generate", yaml.data(value=True)))
    return [("correlation", _map(block))]


def _correlation_condition(entry: Correlation) -> yaml.Yaml | None:
    """Return the condition of a correlation, or `None` where it has none."""
    if not isinstance(entry.condition, tuple):
        return yaml.text(spell_condition(entry.condition))
    found: Entries = [
        (each.operator, yaml.Scalar(_number(Value(each.threshold, entry.span))))
        for each in entry.condition
    ]
    if entry.fields:
        single = len(entry.fields) == 1
        found.append(("field", yaml.text(entry.fields[0]) if single else _texts(entry.fields)))
    if entry.percentile is not None:
        found.append(("percentile", yaml.Scalar(_number(Value(entry.percentile, entry.span)))))
    return _map(found) if found else None


def _map(entries: Iterable[tuple[str, yaml.Yaml]]) -> yaml.Map:
    """Return a map of spelled keys."""
    return yaml.Map(tuple(entries))


def _texts(texts: Iterable[str]) -> yaml.Sequence:
    """Return a list of texts."""
    return yaml.Sequence(tuple(yaml.text(each) for each in texts))


def _logsource(logsource: Logsource) -> yaml.Yaml:
    """Return a log source."""
    names = ("category", "product", "service")
    known: Entries = [
        (name, yaml.text(part)) for name in names if (part := getattr(logsource, name)) is not None
    ]
    known += [(yaml.key(name), yaml.data(custom)) for name, custom in logsource.custom]
    if logsource.definition is not None:
        known.append(("definition", yaml.text(logsource.definition)))
    return _map(known)


def _detections(detections: Iterable[Detection]) -> Entries:
    """Return detections by their names."""
    return [(yaml.key(each.name), _body(each.body)) for each in detections]


def _body(body: Node) -> yaml.Yaml:
    """Return the body of a detection."""
    if isinstance(body, Or):
        return yaml.Sequence(tuple(_alternatives(body.children)))
    if is_keyword(body) and isinstance(body, Item):
        return yaml.Sequence(tuple(_scalar(value) for value in body.values))
    return _items(body)


def _alternatives(children: Iterable[Node]) -> Iterable[yaml.Yaml]:
    """Go through the members of a list of maps and keywords."""
    after_keywords = False
    for child in children:
        if isinstance(child, Item) and is_keyword(child) and not after_keywords:
            yield from (_scalar(value) for value in child.values)
            after_keywords = True
        else:
            yield _items(child)
            after_keywords = False


def _items(node: Node) -> yaml.Map:
    """Return an item, or several that must all hold, as a map."""
    children = node.children if isinstance(node, And) else (node,)
    items = [child for child in children if isinstance(child, Item)]
    return _map((yaml.key(key_of(item)), _values(item)) for item in items)


def _values(item: Item) -> yaml.Yaml:
    """Return the values of an item."""
    scalars = [_scalar(value) for value in item.values]
    return scalars[0] if len(scalars) == 1 else yaml.Sequence(tuple(scalars))


def _scalar(value: Value) -> yaml.Scalar:
    """Return one value; texts are quoted, so that nobody takes them for something else."""
    match value.scalar:
        case Pattern() as pattern:
            return yaml.text(pattern.sigma(), quoted=True)
        case RawText(text=text):
            return yaml.text(text, quoted=True)
        case ListName(name=text) | FileName(path=text):
            return yaml.text(text, quoted=True)
        case None:
            return yaml.Scalar("null")
        case bool() as truth:
            same = type_plain(value.written) is truth
            return yaml.Scalar(value.written if same else str(truth).lower())
        case Number():
            return yaml.Scalar(_number(value))


def _number(value: Value) -> str:
    """Return a number as it was written where YAML reads it the same, else in plain digits."""
    typed = type_plain(value.written)
    if isinstance(typed, Numeral) and typed.number == value.scalar:
        return value.written
    return str(value.scalar)


def spell_condition(node: Node) -> str:
    """Return a condition line."""
    match node:
        case Name(name=name):
            return name
        case And(children=children):
            return " and ".join(_child(child) for child in children)
        case Or(children=children):
            return " or ".join(_child(child) for child in children)
        case Not(child=child):
            return f"not {_child(child)}"
        case Quantified(count=count, names=names, them=them):
            return f"{count} of {'them' if them else ' '.join(names)}"
        case Item():
            raise TypeError("Sigma's conditions have no place for a predicate")


def _child(node: Node) -> str:
    """Return a part of a condition, in parentheses where it has an operator of its own."""
    return f"({spell_condition(node)})" if isinstance(node, And | Or) else spell_condition(node)
