"""Small rules, tables and field maps to emit from."""

from __future__ import annotations

from tocsin.dsl.ast import Logsource
from tocsin.dsl.fieldmap import FieldMap
from tocsin.dsl.fieldmap.file import build_fieldmap
from tocsin.dsl.ir import Check, IrRule, Node, RuleInfo, Test
from tocsin.dsl.schema import Schema
from tocsin.dsl.schema.file import build_schema
from tocsin.emit.convert import convert_rule, make_target
from tocsin.emit.kql import KqlOptions
from tocsin.emit.target import Emission

SCHEMA = build_schema(
    "sample",
    r"""
tables:
  Events:
    time: TimeGenerated
    datetime: TimeGenerated Created
    string: Kind Image Name Text Other Xml Key ValueName Json Address Data DataType
    int: Number
    real: Ratio
    bool: Flag
    dynamic: Bag
    guid: Id
    values: {Kind: [Made, Gone]}
    holds: {name: Name, path: Image}
    entities: {Host: {HostName: Name}}
    connectors: {Sample: Events}
  _Im_Sample:
    kind: function
    datetime: TimeGenerated
    string: Kind Image Text Address Hash1 Hash2
    int: Number
    parameters:
      starttime: datetime from TimeGenerated
      image_has_any: dynamic has_any Image
      text_has_all: dynamic has_all Text
      text_has_any: dynamic has_any Text
      hashes_has_any: dynamic has_any Hash1 Hash2
      address_has_any_prefix: dynamic ip_prefix Address
      kind_in: dynamic in Kind
      kind: string equals Kind
      number: int equals Number
      user_has: string has Text
      dvckind_in: dynamic in Kind
aliases: {imSample: _Im_Sample}
""",
)

FIELDMAP = build_fieldmap(
    "sample",
    r"""
schema: sample
names: {Events: {Image: Name}}
sources:
  - logsource: windows/process_creation
    table: Events
    where: {Kind: Made}
    words: [Text, Other]
    fields:
      "=": Image Name Text Other Kind Number Ratio Flag Bag Id Address Created
      Member: {member: Bag, path: a.b c}
      Cut: {member: Bag, path: [x], cut: y}
      Json: {json: Json, path: a}
      Xml: {xml: Xml, path: F}
      Hex: {hex: Number}
      Key: {joined: [Key, ValueName], hives: true, empty: (Default)}
      Maybe: {joined: [Key, ValueName], empty: }
      Only: {joined: [Key, ValueName], empty: x, only: {Kind: [Made, Gone]}}
      User: {joined: [Text, Other]}
      Extracted: {extract: Text, pattern: 'a=(\w+)'}
      Details: [Data, {registry_data: [Data, DataType]}]
      Absent: {missing: nobody keeps it}
      Wrong: Nmae
      Wrongest: Zzzzzzzzzz
  - logsource: linux/process_creation
    table: _Im_Sample
    words: [Text]
    fields:
      "=": Image Text Kind Number Address Hash1 Hash2
""",
)


def rule(condition: Node, logsource: str = "windows/process_creation") -> IrRule:
    """Return a rule with a condition."""
    product, category = logsource.split("/")
    return IrRule(
        RuleInfo("r1", "A rule"), Logsource(category=category, product=product), condition
    )


def emitted(
    condition: Node,
    logsource: str = "windows/process_creation",
    options: KqlOptions | None = None,
    fieldmap: FieldMap = FIELDMAP,
    schema: Schema | None = SCHEMA,
) -> Emission:
    """Return what becomes of a condition."""
    target = make_target(fieldmap, schema, "query", options)
    return convert_rule(rule(condition, logsource), fieldmap, target)


def where(field: str, check: Check, *, plain: bool = True) -> str:
    """Return the last line of the query for one test."""
    emission = emitted(Test(field, check), options=KqlOptions(plain=plain))
    assert emission.error is None, emission.error
    return emission.text.splitlines()[-1].removeprefix("| where ")
