"""What a document says of a rule besides its query.

In goes an emission and the schema of its table; out comes a `Detection`: name and text within
the limits of the services, severity from the level, tactics and techniques from the tags, a
stable id, entities and details from the schema. Nothing is invented: what the rule does not say
is left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from ...dsl.ast import text_of
from ...dsl.fieldmap.binding import Bound
from ...dsl.ir import RuleInfo, tests
from ...dsl.schema import Schema, Table
from ..kql.query import computed_name

NAME_LIMIT = 256
TEXT_LIMIT = 5_000
ENTITY_LIMIT = 5
DETAIL_LIMIT = 20
KEY_LIMIT = 20
IDENTIFIER_LIMIT = 3

SEVERITIES = {
    "informational": "Informational",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "critical": "High",
}
TACTICS = (
    "Reconnaissance",
    "ResourceDevelopment",
    "InitialAccess",
    "Execution",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
    "Discovery",
    "LateralMovement",
    "Collection",
    "CommandAndControl",
    "Exfiltration",
    "Impact",
    "ImpairProcessControl",
    "InhibitResponseFunction",
)
_TACTICS = {name.lower(): name for name in TACTICS}
_RENAMED = {"stealth": "DefenseEvasion", "defenseimpairment": "DefenseEvasion"}
_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)", re.IGNORECASE)
_NAMESPACE = uuid5(NAMESPACE_URL, "tocsin:rules")
_KEY = re.compile(r"[^0-9A-Za-z_]")


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What the rule itself does not say.

    Attributes:
        near_real_time: run all the time instead of once an interval.
        frequency: how often to run: a number and `m`, `h` or `d`.
        period: how far to look back, in the same form.
        enabled: whether what is deployed starts at once.
    """

    near_real_time: bool = False
    frequency: str = "1h"
    period: str = "1h"
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that an alert is about: its type, and pairs of an identifier and a column."""

    type: str
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Detection:
    """A query and all that a document says of it.

    Attributes:
        id: a GUID, the same for the same rule at any time.
        name: the title, ASCII.
        description: the description and where it comes from, ASCII.
        severity: one of Sentinel's four.
        tactics: in Sentinel's spelling.
        techniques: `T1059` and `T1059.004`; none without a tactic.
        query: the query.
        table: the table that it reads.
        columns: the columns of its result.
        entities: what alerts are about.
        details: pairs of a key and a column to show.
        connectors: pairs of a connector and the data type that it fills.
        author: who wrote the rule, or empty.
        options: what the rule itself does not say.
    """

    id: str
    name: str
    description: str
    severity: str
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    query: str
    table: str
    columns: tuple[str, ...] = ()
    entities: tuple[Entity, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    connectors: tuple[tuple[str, str], ...] = ()
    author: str = ""
    options: FormOptions = FormOptions()


def gather_detection(
    bound: Bound, query: str, schema: Schema | None, options: FormOptions
) -> Detection:
    """Return what a document says of a rule.

    Args:
        bound: the rule over columns.
        query: its query.
        schema: the schema of its table, if any.
        options: what the rule does not say.
    """
    info = bound.rule.info
    table = None if schema is None else schema.table(bound.binding.table)
    tactics = tuple(dict.fromkeys(_tactics(info.tags)))
    techniques = tuple(dict.fromkeys(_techniques(info.tags))) if tactics else ()
    return Detection(
        id=stable_id(info),
        name=plain(info.title or info.name or "Untitled rule", NAME_LIMIT),
        description=_description(info),
        severity=SEVERITIES.get(info.level, "Medium"),
        tactics=tactics,
        techniques=techniques,
        query=query,
        table=bound.binding.table,
        columns=() if table is None else tuple(table.columns),
        entities=_entities(table),
        details=_details(bound, table),
        connectors=() if table is None else table.connectors,
        author=plain(text_of(info.get("author")), NAME_LIMIT),
        options=options,
    )


def stable_id(info: RuleInfo) -> str:
    """Return the rule's id where it is a GUID, else one that is made from id, title and name."""
    try:
        return str(UUID(info.id or ""))
    except ValueError:
        return str(uuid5(_NAMESPACE, f"{info.id}\n{info.title}\n{info.name}"))


def plain(text: str, limit: int) -> str:
    """Return a text in ASCII, cut to a limit; letters lose their marks, the rest is named."""
    out: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if char.isascii():
            out.append(char)
        elif not unicodedata.combining(char):
            out.append(_ASCII.get(char, "?"))
    found = "".join(out).strip()
    return found if len(found) <= limit else found[: limit - 3].rstrip() + "..."


_ASCII = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{HYPHEN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{LATIN SMALL LETTER O WITH STROKE}": "o",
    "\N{LATIN SMALL LETTER SHARP S}": "ss",
}


def _description(info: RuleInfo) -> str:
    """Return the description, then what the rule says of itself, a line each."""
    title = info.title or info.name or "A detection rule."
    parts = [text_of(info.get("description")).strip() or title]
    for label, key in _LABELS:
        values = info.get(key)
        texts = values if isinstance(values, tuple) else (values,)
        said = [text_of(each).strip() for each in texts if text_of(each).strip()]
        if said:
            parts.append(f"{label}: {'; '.join(said)}")
    if info.id:
        parts.append(f"Rule: {info.id}")
    return plain("\n".join(parts), TEXT_LIMIT)


_LABELS = (
    ("False positives", "falsepositives"),
    ("References", "references"),
    ("Author", "author"),
    ("Licence", "license"),
    ("Date", "date"),
    ("Modified", "modified"),
)


def _tactics(tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        space, _, name = tag.lower().partition(".")
        key = re.sub("[^a-z]", "", name)
        found = _TACTICS.get(_RENAMED.get(key, key).lower())
        if space == "attack" and found:
            yield found


def _techniques(tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        found = _TECHNIQUE.fullmatch(tag)
        if found:
            yield found[1].upper()


def _entities(table: Table | None) -> tuple[Entity, ...]:
    if table is None:
        return ()
    return tuple(
        Entity(entity.type, entity.identifiers[:IDENTIFIER_LIMIT])
        for entity in table.entities[:ENTITY_LIMIT]
    )


def _details(bound: Bound, table: Table | None) -> tuple[tuple[str, str], ...]:
    """Return the columns that the rule looks at, under keys of at most 20 characters."""
    found: dict[str, str] = {}
    for test in tests(bound.rule.condition):
        name = test.field or ""
        if name in bound.computed:
            name = computed_name(name, table)
        key = _KEY.sub("_", name)[:KEY_LIMIT]
        if key[:1].isalpha() and key not in found and name not in found.values():
            found[key] = name
    return tuple(found.items())[:DETAIL_LIMIT]
