"""Style of metadata: identity, status, tags, dates and lists.

In goes an entry, out come warnings. Faults of metadata are never errors: rule sets outside the
public collections break these customs often, and their rules work all the same.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date

from ..ast import Entry, MetaEntry, Rule
from ..diagnostics import Diagnostic, Fix, Label, Severity
from ..source import Span
from ..suggest import suggest
from ..values import Data, DataMap

TITLE_LENGTH = 256
STATUSES = ("stable", "test", "experimental", "deprecated", "unsupported")
LEVELS = ("informational", "low", "medium", "high", "critical")
NAMESPACES = ("attack", "car", "cve", "d3fend", "detection", "stp", "tlp")
RELATIONS = ("derived", "obsolete", "merged", "renamed", "similar", "correlation")
LISTS = frozenset({"references", "fields", "falsepositives", "tags", "scope", "related"})

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})", re.ASCII)
_TAG = re.compile(r"([a-z0-9_-]+)\.[a-z0-9._-]+", re.ASCII)


def lint_metadata(entry: Entry) -> Iterator[Diagnostic]:
    """Go through what could be better in the metadata of an entry."""
    keys = set()
    for meta in entry.meta:
        keys.add(meta.key)
        lint = _LINTS.get(meta.key)
        if lint is not None:
            yield from lint(meta)
        if meta.key in LISTS and not isinstance(meta.data, tuple) and meta.data is not None:
            yield _warning(
                "T906", meta, f"`{meta.key}` should be a list", f"write `- {_word(meta)}`"
            )
    place = _head(entry)
    if "title" not in keys:
        message = "there is no `title`"
        yield Diagnostic(
            "T905", Severity.WARNING, message, (Label(place),), "add one line `title:`"
        )
    if isinstance(entry, Rule) and "level" not in keys:
        help_ = f"add one of {', '.join(LEVELS)}"
        yield Diagnostic("T912", Severity.NOTE, "there is no `level`", (Label(place),), help_)


def _head(entry: Entry) -> Span:
    """Return the place of the title of an entry, or its first line."""
    for meta in entry.meta:
        if meta.key == "title":
            return meta.value_span
    length = len(entry.span.text.split("\n", 1)[0])
    return entry.span.source.span(entry.span.start, entry.span.start + length)


def _warning(
    code: str, meta: MetaEntry, message: str, help_: str = "", fix: str | None = None
) -> Diagnostic:
    """Return a warning at the value of an entry."""
    fixes = (Fix(meta.value_span, fix, f"replace it by `{fix}`"),) if fix else ()
    return Diagnostic(
        "" + code, Severity.WARNING, message, (Label(meta.value_span),), help_, (), fixes
    )


def _word(meta: MetaEntry) -> str:
    """Return the words of a value, shortened."""
    first = meta.value_span.text.split("\n", 1)[0]
    return first if len(first) <= 40 else first[:39] + "…"  # room in a message


def _lint_title(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at a title."""
    if not isinstance(meta.data, str) or not meta.data:
        yield _warning("T905", meta, "the title is not a text", "put it in quotes")
    elif len(meta.data) > TITLE_LENGTH:
        message = f"the title has {len(meta.data)} characters, more than {TITLE_LENGTH}"
        yield _warning("T905", meta, message, "move the details to `description`")


def _lint_id(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at an id (D3)."""
    if not isinstance(meta.data, str) or not _UUID.fullmatch(meta.data):
        message = f"the id `{_word(meta)}` is not a UUID"
        yield _warning("T901", meta, message, "other tools refuse the rule; `uuidgen` makes one")


def _choice(words: tuple[str, ...]) -> Callable[[MetaEntry], Iterator[Diagnostic]]:
    """Return a lint that asks for one of some words."""

    def lint(meta: MetaEntry) -> Iterator[Diagnostic]:
        if meta.data in words:
            return
        close = suggest(str(meta.data), words)
        help_ = f"write `{close}`" if close else f"write one of {', '.join(words)}"
        message = f"`{_word(meta)}` is no {meta.key} that Sigma knows"
        yield _warning("T902", meta, message, help_, close)

    return lint


def _lint_date(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at a date."""
    text = str(meta.data)
    if text == meta.data and _is_day(text):
        return
    found = _DATE.fullmatch(text)
    try:
        day = date(*(int(found[number]) for number in (1, 3, 4))) if found else None
    except ValueError:
        day = None
    if day is None:
        yield _warning("T904", meta, f"`{_word(meta)}` is not a date", "write it as 2024-12-31")
    elif str(day) != meta.data:
        message = f"`{_word(meta)}` is not how Sigma writes dates"
        yield _warning("T904", meta, message, f"write `{day}`", str(day))


def _is_day(text: str) -> bool:
    """Return whether a text is a date as Sigma writes it: nearly all are, so this is quick."""
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def _lint_tags(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at tags."""
    for tag in meta.data if isinstance(meta.data, tuple) else ():
        found = _TAG.fullmatch(tag) if isinstance(tag, str) else None
        if found is None:
            help_ = "tags are `namespace.name` in lower case, such as `attack.t1059`"
            yield _tag_warning(meta, tag, f"`{tag}` is not a tag as Sigma writes them", help_)
        elif found[1] not in NAMESPACES:
            close = suggest(found[1], NAMESPACES)
            known = f"the namespaces are {', '.join(NAMESPACES)}"
            help_ = f"write `{close}`" if close else known
            message = f"the tag `{tag}` has a namespace that Sigma does not know"
            yield _tag_warning(meta, tag, message, help_)


def _tag_warning(meta: MetaEntry, tag: Data, message: str, help_: str) -> Diagnostic:
    """Return a warning at a tag."""
    span = meta.value_span
    at = span.text.find(str(tag))
    if at >= 0:
        span = span.source.span(span.start + at, span.start + at + len(str(tag)))
    return Diagnostic("T903", Severity.WARNING, message, (Label(span),), help_)


def _lint_related(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at related rules."""
    for relation in meta.data if isinstance(meta.data, tuple) else ():
        kind = relation.get("type") if isinstance(relation, DataMap) else None
        if not isinstance(relation, DataMap) or relation.get("id") is None or kind is None:
            help_ = "write `- id:` and `type:` below it"
            yield _warning("T906", meta, "related rules have an `id` and a `type`", help_)
        elif kind not in RELATIONS:
            close = suggest(str(kind), RELATIONS)
            help_ = f"write `{close}`" if close else f"the types are {', '.join(RELATIONS)}"
            yield _warning("T906", meta, f"`{kind}` is no type of relation", help_)


def _lint_taxonomy(meta: MetaEntry) -> Iterator[Diagnostic]:
    """Look at the vocabulary of field names."""
    if meta.data != "sigma":
        message = f"the taxonomy `{_word(meta)}` is not known; fields are taken as they stand"
        yield _warning("T919", meta, message, "give a field map that knows its names")


_LINTS: dict[str, Callable[[MetaEntry], Iterator[Diagnostic]]] = {
    "title": _lint_title,
    "id": _lint_id,
    "status": _choice(STATUSES),
    "level": _choice(LEVELS),
    "date": _lint_date,
    "modified": _lint_date,
    "tags": _lint_tags,
    "related": _lint_related,
    "taxonomy": _lint_taxonomy,
}
