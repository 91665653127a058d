"""Metadata, log sources and the parts of correlations as statements of the native language.

A statement is a key and what stands behind it, on one line or on several; `printer.native` puts
them in columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import spelling
from ..ast import Aggregate, Correlation, Logsource, MetaEntry
from ..native import blocks
from ..values import Data, DataMap
from .data import broken_data, spell_data

WIDTH = 100
INDENT = "  "
_SYMBOLS = {"eq": "==", "neq": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: its first word, and the rest on one line (or `None`) and on several."""

    anchor: int | None
    key: str
    flat: str | None
    broken: tuple[str, ...] = ()
    """The lines where it is broken; the first follows the key."""


def title_of(meta: Sequence[MetaEntry]) -> str | None:
    """Return the title where it is the first of the metadata and a text."""
    first = meta[0] if meta else None
    return first.data if first and first.key == "title" and isinstance(first.data, str) else None


def spell_metadata(meta: Sequence[MetaEntry], taken: frozenset[str]) -> list[Statement]:
    """Return the statements of the metadata, the title in the header left out."""
    rest = meta if title_of(meta) is None else meta[1:]
    return [
        _data(entry.span.start, spelling.name(entry.key, spelling.KEYWORDS | taken), entry)
        for entry in rest
    ]


def _data(anchor: int, key: str, entry: MetaEntry) -> Statement:
    """Return the statement of one key of the metadata."""
    data = entry.data
    lines = spelling.block(data) if isinstance(data, str) else None
    words = _words(key, data)
    if lines is not None and words is not None:
        return Statement(anchor, key, None, ("", *(INDENT * 2 + line for line in lines)))
    if words is None:
        broken = broken_data(data, WIDTH, INDENT)
        flat = spell_data(data)
        return Statement(anchor, f"{key}:", flat, tuple(broken) if len(broken) > 1 else ())
    if len(words) == 1:
        return Statement(anchor, key, words[0])
    ends = [","] * (len(words) - 1) + [""]
    lines = [INDENT * 2 + word + end for word, end in zip(words, ends, strict=True)]
    return Statement(anchor, key, ", ".join(words), ("", *lines))


def _words(key: str, data: Data) -> list[str] | None:
    """Return data as words and texts, or `None` where it takes the exact form."""
    is_list = key in spelling.LIST_KEYS
    if isinstance(data, DataMap) or (isinstance(data, tuple) != is_list and not _several(data)):
        return None
    members = data if isinstance(data, tuple) else (data,)
    words = [spelling.word(member) for member in members]
    found = [word for word in words if word is not None]
    return found if found and len(found) == len(words) else None


def _several(data: Data) -> bool:
    """Return whether data is a list that needs no special key to be one."""
    return isinstance(data, tuple) and len(data) > 1


def spell_logsource(logsource: Logsource) -> list[Statement]:
    """Return the statements of a log source."""
    anchor = logsource.span.start if logsource.span is not None else None
    parts = (logsource.product, logsource.category, logsource.service)
    if logsource.custom or not all(part is None or spelling.is_part(part) for part in parts):
        names = ("product", "category", "service", "definition")
        known = [(name, getattr(logsource, name)) for name in names]
        data = DataMap((*((k, v) for k, v in known if v is not None), *logsource.custom))
        return [_exact(anchor, "source", data)]
    statements = [Statement(anchor, "source", str(logsource))]
    if logsource.definition is not None:
        statements.append(spell_part("definition", logsource.definition))
    return statements


def _exact(anchor: int | None, key: str, data: Data) -> Statement:
    """Return a statement with plain data."""
    broken = broken_data(data, WIDTH, INDENT)
    flat = spell_data(data)
    return Statement(anchor, f"{key}:", flat, tuple(broken) if len(broken) > 1 else ())


def spell_part(key: str, text: str) -> Statement:
    """Return a statement with one text."""
    lines = spelling.block(text)
    if lines is not None:
        return Statement(None, key, None, ("", *(INDENT * 2 + line for line in lines)))
    return Statement(None, key, spelling.word(text) or "")


def spell_names(key: str, names: Iterable[str]) -> Statement:
    """Return a statement with several texts."""
    words = [spelling.word(name) or "" for name in names]
    if not words or words == [blocks.ANY_RULE]:
        return _exact(None, key, tuple(names))
    return Statement(None, key, ", ".join(words))


def spell_correlation(entry: Correlation) -> list[Statement]:
    """Return the statements of a correlation that are not metadata."""
    found = [spell_part("type", entry.kind)]
    lists = (("rules", entry.rules), ("by", entry.group_by), ("field", entry.fields))
    found += [spell_names(key, names) for key, names in lists if names]
    if entry.timespan is not None:
        found.append(spell_part("within", entry.timespan))
    if entry.percentile is not None:
        found.append(Statement(None, "percentile", str(entry.percentile)))
    if entry.aliases:
        groups: dict[str, list[tuple[str, Data]]] = {}
        for alias, rule, field in entry.aliases:
            groups.setdefault(alias, []).append((rule, field))
        maps = ((alias, DataMap(tuple(pairs))) for alias, pairs in groups.items())
        found.append(_exact(None, "aliases", DataMap(tuple(maps))))
    if entry.generate:
        found.append(Statement(None, "generate", "true"))
    return found


def spell_bound(aggregate: Aggregate) -> str:
    """Return one bound of a correlation."""
    return f"{_SYMBOLS.get(aggregate.operator, aggregate.operator)} {aggregate.threshold}"
