"""The plan and the program as text, for people who want to see what the matcher made of rules.

After the program, for `tocsin dump`. In go rules or the bytes of a program, out comes text; equal
input gives equal text.
"""

from collections.abc import Iterator, Sequence

from ..dsl.ir import IrRule
from .code import ACCEPT, Instruction, Operation
from .planner import Plan, Variant, plan
from .sections import Section, read_rows, read_sections


def dump_plan(rules: Sequence[IrRule]) -> str:
    """Return the plan of rules: fields, predicates, and each rule's code."""
    made = plan(rules)
    return "\n".join([*_fields(made), *_predicates(made), *_rules(made, rules)]) + "\n"


def dump_program(data: bytes) -> str:
    """Return a program: its sections, their sizes, and the checks as the classifier reads them."""
    sections = read_sections(data)
    lines = [f"program of {len(data):,} bytes"]
    for kind, content in sections.items():
        lines.append(f"  {Section(kind).name.lower():<11} {len(content):>9,} bytes")
    records = sections[Section.RECORDS]
    for number, row in enumerate(read_rows(sections[Section.CHECKS], 4)):
        kind, begin, size, _ = row
        text = str(records[begin : begin + size], "latin-1")
        lines.append(f"check {number}: kind {kind} {_printable(text)}")
    return "\n".join(lines) + "\n"


def _printable(text: str) -> str:
    """Return a text with dots for what is not printable ASCII."""
    return "".join(char if " " <= char <= "~" else "." for char in text)


def _fields(made: Plan) -> Iterator[str]:
    """Go through lines about fields."""
    yield f"{len(made.slots)} fields, {len(made.contexts)} contexts"
    for number, name in enumerate(made.slots):
        joined = "".join(f" + {made.slots[part]}" for part in made.joined[number])
        header = " (header)" if number in made.headers else ""
        yield f"  field {number}: {name}{joined and f' = {joined[3:]}'}{header}"


def _predicates(made: Plan) -> Iterator[str]:
    """Go through lines about predicates."""
    for number, each in enumerate(made.predicates):
        name = "any value" if each.slot is None else made.slots[each.slot]
        yield f"  test {number}: {name} {made.checks[each.check]}{' (header)' * each.header}"


def _rules(made: Plan, rules: Sequence[IrRule]) -> Iterator[str]:
    """Go through lines about rules."""
    ends = sorted({each.when for each in made.variants} | {each.body for each in made.variants})
    for each in made.variants:
        renamed = ", under other names" if each.renames else ""
        yield f"rule {each.rule}: {rules[each.rule].info.title}{renamed}"
        yield f"  triggered by {_witnesses(each)}"
        for what, entry in (("when", each.when), ("body", each.body)):
            yield f"  {what} {_target(entry)}"
            if what == "body" and entry < ACCEPT:
                end = next((end for end in ends if entry < end < ACCEPT), len(made.code))
                yield from _code(made.code, entry, end)


def _witnesses(variant: Variant) -> str:
    """Return the tests that trigger a variant."""
    if not variant.witnesses:
        return "every event"
    return ", ".join(f"test {number}" for number in variant.witnesses)


def _code(code: Sequence[Instruction], begin: int, end: int) -> Iterator[str]:
    """Go through instructions."""
    for at in range(begin, end):
        step = code[at]
        match step.operation:
            case Operation.TEST:
                what = f"test {step.argument} ? {_target(step.yes)} : {_target(step.no)}"
            case Operation.RESET:
                what = f"counter {step.argument} = {step.no}; {_target(step.yes)}"
            case Operation.COUNT:
                what = f"count {step.argument} ? {_target(step.yes)} : {_target(step.no)}"
        yield f"    {at}: {what}"


def _target(at: int) -> str:
    """Return a target of code."""
    return str(at) if at < ACCEPT else "match" if at == ACCEPT else "no match"
