"""Each single fault that engines are known for, planted in the reference, is noticed.

The faults are those of section 11 of the semantics. A check is a test of the suite in small;
it must hold as things are, and fail with the fault.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tocsin.dsl import check, logsource, lower
from tocsin.dsl.ir import All, Compare, Const, Node, Not, Test, Truth
from tocsin.dsl.ir import Any as AnyOf
from tocsin.dsl.sigma import detection as sigma_detection
from tocsin.dsl.values import Pattern
from tocsin.matcher import expressions, reference, view
from tocsin.matcher.view import View

import tocsin
from tests.matcher import test_decisions_modifiers as modifiers
from tests.matcher import test_decisions_values as values
from tests.matcher.verdicts import rule_of, verdict

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """Forget what was worked out before and with a fault."""
    for cached in (reference._pieces, reference._folded, expressions.compiled):
        cached.cache_clear()
    yield
    for cached in (reference._pieces, reference._folded, expressions.compiled):
        cached.cache_clear()


def ignore_case_folding(patch: Patch) -> None:
    patch.setattr(reference, "fold", lambda text: text)


def three_valued_not(patch: Patch) -> None:
    def known(node: Node, seen: View) -> bool | None:
        match node:
            case Test(field=str(field)) if not seen.present(field):
                return None
            case Not(child=child):
                held = known(child, seen)
                return None if held is None else not held
            case All(children=children):
                found = [known(child, seen) for child in children]
                return False if False in found else None if None in found else True
            case AnyOf(children=children):
                found = [known(child, seen) for child in children]
                return True if True in found else None if None in found else False
            case Const(value=value):
                return value
            case _:
                return two_valued(node, seen)

    two_valued = reference.holds
    patch.setattr(reference, "holds", lambda node, seen: known(node, seen) is True)


def whole_value_keywords(patch: Patch) -> None:
    patch.setattr(check, "_keyword", lambda chain: chain)
    patch.setattr(lower, "_searched", lambda _, pattern: pattern)


def no_security_4688(patch: Patch) -> None:
    routes = logsource.routes
    patch.setattr(
        logsource,
        "routes",
        lambda wanted: tuple(route for route in routes(wanted) or () if not route.rename),
    )


def null_only_when_present(patch: Patch) -> None:
    is_null = View.is_null
    patch.setattr(View, "is_null", lambda seen, field: seen.present(field) and is_null(seen, field))


def strict_types(patch: Patch) -> None:
    passes = reference._passes

    def strict(wanted: Any, value: Any) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(wanted, Compare):
            return is_number and passes(wanted, value)
        if isinstance(wanted, Truth):
            return isinstance(value, bool) and passes(wanted, value)
        return isinstance(value, str) and passes(wanted, value)

    patch.setattr(reference, "_passes", strict)


def no_unescaping(patch: Patch) -> None:
    patch.setattr(
        sigma_detection, "_parsed", lambda text: Pattern.parse(text.replace("\\", "\\\\"))
    )


def anchored_regexes(patch: Patch) -> None:
    class Anchored:
        def __init__(self, regex: Any) -> None:
            self.search = compiled(regex).fullmatch

    compiled = expressions.compiled
    patch.setattr(reference, "compiled", Anchored)


def spaces_kept_in_names(patch: Patch) -> None:
    patch.setattr(view, "_without_spaces", lambda *_: [])


def empty_as_null(patch: Patch) -> None:
    is_null = View.is_null
    patch.setattr(
        View, "is_null", lambda seen, field: is_null(seen, field) or "" in seen.values(field)
    )


def escapes_hold() -> None:
    assert verdict(r"F: 'a\\b'", {"F": r"a\b"})
    assert verdict(r"F: 'a\*b'", {"F": "a*b"})


def regexes_are_searched() -> None:
    assert verdict("F|re: 'b.d'", {"F": "abcde"})


def case_does_not_count() -> None:
    assert verdict("F|contains: aBc", {"F": "xABCx"})


def keywords_are_contained() -> None:
    assert verdict("- needle", {"A": "a needle there"})


def null_is_also_missing() -> None:
    assert verdict("F: null", {})


def empty_text_is_no_null() -> None:
    assert not verdict("F: null", {"F": ""})


def types_meet() -> None:
    assert verdict("F: '4688'", {"F": 4688})
    assert verdict("F: true", {"F": "true"})


def process_creation_comes_through_security_4688() -> None:
    text = rule_of("Image: a").replace("{product: windows}", "{category: process_creation}")
    (rule,) = tocsin.loads(text)
    seen = View({"Channel": "Security", "EventID": 4688, "NewProcessName": "a"})
    found = logsource.routes(rule.logsource) or ()
    assert any(reference.holds(logsource.routed(rule, (route,)), seen) for route in found)


FAULTS: list[tuple[Callable[[Patch], None], Callable[[], None]]] = [
    (ignore_case_folding, case_does_not_count),
    (three_valued_not, values.test_d13_a_missing_field_is_false_and_not_makes_it_true),
    (whole_value_keywords, keywords_are_contained),
    (no_security_4688, process_creation_comes_through_security_4688),
    (null_only_when_present, null_is_also_missing),
    (strict_types, types_meet),
    (no_unescaping, escapes_hold),
    (anchored_regexes, regexes_are_searched),
    (spaces_kept_in_names, values.test_d6_spaces_are_stripped_from_field_names),
    (empty_as_null, empty_text_is_no_null),
    (strict_types, modifiers.test_comparisons_read_text_as_numbers),
]


@pytest.mark.parametrize(("plant", "check_meaning"), FAULTS)
def test_a_planted_fault_is_noticed(
    plant: Callable[[Patch], None], check_meaning: Callable[[], None], monkeypatch: Patch
) -> None:
    check_meaning()
    for cached in (reference._pieces, reference._folded, expressions.compiled):
        cached.cache_clear()
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        check_meaning()
