"""The tree as text of the native language, in the one layout that `tocsin fmt` writes.

In goes an `ast.Document`, out comes text that `native` reads back to an equal document.
Statements stand in a fixed order (metadata, log source, detections, conditions, tests), what
fits on a line stands on one, and comments stay with what they belong to.
"""

from collections.abc import Sequence

from .. import spelling
from ..ast import (
    Case,
    Correlation,
    Detection,
    Document,
    Entry,
    Filter,
    Logsource,
    NamedList,
    Node,
    Rule,
)
from ..native import blocks
from ..native.comments import Comments, Place
from .conditions import Conditions, spell_node
from .data import broken_data, spell_data
from .predicates import spell_value
from .statements import (
    INDENT,
    WIDTH,
    Statement,
    spell_bound,
    spell_correlation,
    spell_logsource,
    spell_metadata,
    spell_names,
    spell_part,
    title_of,
)

_WIDEST_KEY = 16
_WIDEST_NAME = 20
_WIDEST_TEST = 44


def print_native(document: Document, comments: Comments | None = None) -> str:
    """Return a document as native text, with the comments given."""
    return _Printer(comments or Comments(document.source)).document(document)


class _Printer:
    """Writes the parts of a document."""

    def __init__(self, comments: Comments) -> None:
        """Write with these comments."""
        self._comments = comments
        self._conditions = Conditions(comments, WIDTH)

    def document(self, document: Document) -> str:
        """Return a whole document."""
        parts: list[list[str]] = []
        lists = list(document.lists)
        for entry in document.entries:
            while lists and lists[0].span.start < entry.span.start:
                self._add_list(parts, lists.pop(0))
            parts.append(self._entry(entry))
        for left in lists:
            self._add_list(parts, left)
        rest = self._comments.rest()
        blocks_ = ["\n".join(lines) for lines in [*parts, rest] if lines]
        return "\n\n".join(blocks_) + "\n" if blocks_ else ""

    def _add_list(self, parts: list[list[str]], named: NamedList) -> None:
        """Add a named list; short lists stand together."""
        place = self._comments.take(named.span.start)
        lines = [*place.above, *self._list(named, place)]
        beside = parts and parts[-1][-1].startswith("list ") and len(lines) == 1
        if beside:
            parts[-1] += lines
        else:
            parts.append(lines)

    def _list(self, named: NamedList, place: Place) -> list[str]:
        """Return the lines of a named list."""
        head = f"list {spelling.list_name(named.name)} ="
        values = [(value.span.start, spell_value(value)) for value in named.values]
        flat = f"{head} {', '.join(text for _, text in values)}"
        last = named.values[-1].span.end
        if len(flat) <= WIDTH and not self._comments.inside(named.span.start + 1, last):
            return [_behind(flat, place)]
        return [_behind(head, place), *self._conditions.value_lines(values, INDENT)]

    def _entry(self, entry: Entry) -> list[str]:
        """Return the lines of a rule, a correlation or a filter."""
        match entry:
            case Rule():
                kind, groups = "rule", self._rule(entry)
            case Filter():
                kind, groups = "filter", self._filter(entry)
            case Correlation():
                kind, groups = "correlation", self._correlation(entry)
        place = self._comments.take(entry.span.start)
        title = title_of(entry.meta)
        head = f"{kind} {spelling.quote(title)} {{" if title is not None else f"{kind} {{"
        lines = [*place.above, _behind(head, place)]
        groups = [group for group in groups if group]
        for index, group in enumerate(groups):
            lines += ["", *group] if index else group
        end = self._comments.take(entry.span.end - 1)
        lines += [INDENT + text for text in end.before]
        return [*lines, _behind("}", end)]

    # --- the groups of statements in an entry ---

    def _rule(self, rule: Rule) -> list[list[str]]:
        """Return the groups of a rule."""
        frame = [] if rule.timeframe is None else [spell_part("timeframe", rule.timeframe)]
        head = [
            *spell_metadata(rule.meta, blocks.RULE_KEYS),
            *spell_logsource(rule.logsource),
            *frame,
        ]
        return [
            self._statements(head, _WIDEST_KEY),
            self._detections(rule.detections),
            self._conditions_of(rule),
            self._cases(rule.cases),
        ]

    def _conditions_of(self, rule: Rule) -> list[str]:
        """Return the lines of all conditions of a rule."""
        lines: list[str] = []
        for node in rule.conditions:
            lines += self._when(node, lines)
        return lines

    def _filter(self, entry: Filter) -> list[list[str]]:
        """Return the groups of a filter."""
        source = () if entry.logsource == Logsource() else spell_logsource(entry.logsource)
        rules = [] if entry.rules is None else [spell_names("rules", entry.rules)]
        head = [*spell_metadata(entry.meta, blocks.FILTER_KEYS), *source, *rules]
        return [
            self._statements(head, _WIDEST_KEY),
            self._detections(entry.detections),
            self._when(entry.condition),
        ]

    def _correlation(self, entry: Correlation) -> list[list[str]]:
        """Return the groups of a correlation."""
        head = self._statements(spell_metadata(entry.meta, blocks.CORRELATION_KEYS), _WIDEST_KEY)
        body = self._statements(spell_correlation(entry), _WIDEST_KEY)
        if isinstance(entry.condition, tuple):
            bounds = ", ".join(spell_bound(aggregate) for aggregate in entry.condition)
            return [head, body, [f"{INDENT}when {bounds}"] if bounds else []]
        return [head, body, self._when(entry.condition)]

    def _statements(self, statements: Sequence[Statement], widest: int) -> list[str]:
        """Return the lines of statements that begin with a key, the rests in one column."""
        width = max((len(each.key) for each in statements if _is_short(each, widest)), default=0)
        lines: list[str] = []
        for each in statements:
            place = Place([]) if each.anchor is None else self._comments.take(each.anchor)
            lines += _above(place, lines)
            flat = f"{INDENT}{each.key:<{width}} {each.flat}"
            if each.flat is not None and (len(flat) <= WIDTH or not each.broken):
                lines.append(_behind(flat, place))
            else:
                first, *rest = each.broken
                lines.append(_behind(f"{INDENT}{each.key} {first}".rstrip(), place))
                lines += rest
        return lines

    def _detections(self, detections: Sequence[Detection]) -> list[str]:
        """Return the lines of detections."""
        names = {each.name: spelling.name(each.name, spelling.KEYWORDS) for each in detections}
        fitting = [each for each in detections if self._is_short(each, names[each.name])]
        width = max((len(names[each.name]) for each in fitting), default=0)
        lines: list[str] = []
        for each in detections:
            place = self._comments.take(each.span.start)
            lines += _above(place, lines)
            name = names[each.name]
            lines += self._named(
                f"{INDENT}{name:<{width}} =", f"{INDENT}{name} =", each.body, place
            )
        return lines

    def _is_short(self, detection: Detection, name: str) -> bool:
        """Return whether a detection fits on one line and its name into the column."""
        span = detection.body.span
        room = WIDTH - len(f"{INDENT}{name} = ")
        fits = len(name) <= _WIDEST_NAME and len(spell_node(detection.body)) <= room
        return fits and not self._comments.inside(span.start, span.end)

    def _named(self, head: str, short: str, body: Node, place: Place) -> list[str]:
        """Return the lines of something and the predicates behind it."""
        flat = f"{head} {spell_node(body)}"
        commented = self._comments.inside(body.span.start, body.span.end)
        if len(flat) <= WIDTH and not commented:
            return [_behind(flat, place)]
        return [_behind(short, place), *self._conditions.broken(body, INDENT * 2)]

    def _when(self, node: Node, above: Sequence[str] = ()) -> list[str]:
        """Return the lines of a condition."""
        place = self._comments.take(node.span.start)
        return [*_above(place, above), *self._named(f"{INDENT}when", f"{INDENT}when", node, place)]

    def _cases(self, cases: Sequence[Case]) -> list[str]:
        """Return the lines of tests, the short ones in columns."""
        heads = [_case_head(case) for case in cases]
        width = _widest(heads, cases)
        lines: list[str] = []
        for case, head in zip(cases, heads, strict=True):
            place = Place([]) if case.span is None else self._comments.take(case.span.start)
            lines += _above(place, lines)
            tail = " -> match" if case.matches else " -> no match"
            flat = f"{INDENT}{head:<{width}} {spell_data(case.event)}{tail}"
            if len(flat) <= WIDTH:
                lines.append(_behind(flat, place))
                continue
            used = len(head) + len(tail) + 1
            first, *rest = broken_data(case.event, WIDTH, INDENT, used)
            if not rest:
                lines.append(_behind(f"{INDENT}{head} {first}{tail}", place))
            else:
                lines += [_behind(f"{INDENT}{head} {first}", place), *rest[:-1], rest[-1] + tail]
        return lines


def _is_short(statement: Statement, widest: int) -> bool:
    """Return whether a statement stands on one line and its key in the column of keys."""
    key, flat = statement.key, statement.flat
    fits = flat is not None and len(f"{INDENT}{key} {flat}") <= WIDTH
    return len(key) <= widest and (fits or not statement.broken)


def _above(place: Place, lines: Sequence[str]) -> list[str]:
    """Return the comments above a statement, set apart from the lines before as they were."""
    comments = [INDENT + text for text in place.before]
    return ["", *comments] if comments and lines and place.apart else comments


def _behind(line: str, place: Place) -> str:
    """Return a line with the comment behind it."""
    return f"{line}  {place.behind}" if place.behind else line


def _widest(heads: Sequence[str], cases: Sequence[Case]) -> int:
    """Return the width of the column of test names, long tests left out."""
    room = WIDTH - len(INDENT) - len("  -> no match")
    pairs = zip(heads, cases, strict=True)
    short = [len(h) for h, c in pairs if len(h) + len(spell_data(c.event)) <= room]
    return max((length for length in short if length <= _WIDEST_TEST), default=0)


def _case_head(case: Case) -> str:
    """Return the beginning of a test."""
    head = f"test {spelling.quote(case.name)}"
    return head if case.logsource is None else f"{head} on {spelling.word(case.logsource)}"
