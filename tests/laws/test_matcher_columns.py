"""Columns of thousands of rows, which are judged some hundred rows at a time."""

import random
from typing import Any

import pyarrow as pa
import pytest
from tocsin.dsl.ast import Logsource
from tocsin.dsl.ir import (
    All,
    Contains,
    Equals,
    FieldIs,
    IrRule,
    Node,
    Not,
    Relation,
    RuleInfo,
    Test,
)
from tocsin.dsl.values import Pattern
from tocsin.matcher.matcher import Matcher

SYSMON = "Microsoft-Windows-Sysmon/Operational"


def text(field: str | None, part: str) -> Test:
    """Return a test for a part of a field, or of any."""
    return Test(field, Contains(Pattern.literal(part)))


def some_rules() -> list[IrRule]:
    """Return rules with many tests on few fields, for events of several kinds."""
    access = Logsource(product="windows", category="process_access")
    security = Logsource(product="windows", service="security")
    conditions: list[tuple[Logsource, Node]] = [
        *((access, text("TargetImage", f"{number:02}")) for number in range(40)),
        *((access, text("SourceImage", f"{number:x}")) for number in range(16)),
        (access, All((text("SourceImage", "a"), Not(text("TargetImage", "1"))))),
        (access, text(None, "needle")),
        (security, text("SourceImage", "b")),
        (security, Test("EventID", Equals(Pattern.literal("4688")))),
        (security, Test("SourceImage", FieldIs(Relation.EQUALS, "TargetImage"))),
    ]
    return [
        IrRule(RuleInfo(f"{number}", "t"), source, condition)
        for number, (source, condition) in enumerate(conditions)
    ]


def some_rows(count: int, *, one_class: bool) -> list[dict[str, Any]]:
    """Return events as rows: in runs of a kind, with values that come again, and some that not."""
    chance = random.Random(3)
    rows: list[dict[str, Any]] = []
    while len(rows) < count:
        kind = (10, SYSMON) if one_class else chance.choice([(10, SYSMON), (4688, "Security")])
        rows.extend(_row(chance, *kind) for _ in range(chance.choice([1, 3, 700])))
    return rows[:count]


def _row(chance: random.Random, number: int, channel: str) -> dict[str, Any]:
    """Return an event of a kind."""
    return {
        "EventID": number if chance.random() < 0.99 else None,
        "Channel": channel,
        "SourceImage": chance.choice(["a", "b", "c1", None, f"{chance.random()}"]),
        "TargetImage": chance.choice(["a", "A1", f"x{chance.randrange(300)}", None]),
        "Number": chance.choice([1, 1, 2, None, chance.randrange(10**6)]),
        "Other": "needle" if chance.random() < 0.01 else "hay",
    }


@pytest.mark.parametrize("one_class", [True, False], ids=["one-class", "classes"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "dictionary"])
@pytest.mark.parametrize(
    "limits",
    [{}, {"memo": False}, {"memo_bytes": 1 << 12}, {"verdict_bytes": 1 << 10}, {"set_bytes": 1}],
    ids=str,
)
def test_many_rows_are_judged_as_their_events_are(
    limits: dict[str, Any], packed: bool, one_class: bool
) -> None:
    found, rows = some_rules(), some_rows(3000, one_class=one_class)
    names = list(rows[0])
    columns = [pa.array([row[name] for row in rows]) for name in names]
    if packed:
        columns = [
            column.dictionary_encode() if pa.types.is_string(column.type) else column
            for column in columns
        ]
    batch = pa.RecordBatch.from_arrays(columns, names=names)
    events = Matcher(found)
    wanted = [
        (number, match.rule_id) for number, row in enumerate(rows) for match in events.match(row)
    ]
    matcher = Matcher(found, limits=limits)
    for part in (batch, batch.slice(511, 1030), batch):
        first = 511 if part.num_rows == 1030 else 0
        matches = [(first + row, match.rule_id) for row, match in matcher.match_arrow(part)]
        assert matches == [pair for pair in wanted if first <= pair[0] < first + part.num_rows]
    assert len({rule for _, rule in wanted}) > 50
