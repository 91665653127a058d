"""Nothing but the documented errors leaves the public calls."""

from collections.abc import Callable
from typing import Any

import pytest

import tocsin

from .verdicts import rule_of

MATCHER = tocsin.compile(tocsin.loads(rule_of("F: a")))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.match(5), "an event is a mapping, not int"),
        (lambda m: m.match(None), "an event is a mapping, not NoneType"),
        (lambda m: m.match({}, logsource="a/b/c/d"), "is not a log source"),
        (lambda m: m.match({}, logsource=5), "a log source is a text, not int"),
        (lambda m: list(m.match_many([{}, []])), "an event is a mapping, not list"),
        (lambda m: list(m.match_json("{}")), "JSON lines are bytes, not str"),
        (lambda m: list(m.match_arrow(5)), "no Arrow data"),
    ],
)
def test_what_is_no_event_is_an_event_error(call: Callable[[Any], object], words: str) -> None:
    with pytest.raises(tocsin.EventError, match=words) as raised:
        call(MATCHER)
    assert isinstance(raised.value, tocsin.TocsinError)
    assert len(raised.value.report) == 1


def test_a_rule_of_a_rule_set_knows_what_it_is_called() -> None:
    (rule,) = tocsin.loads("id: x\ntags: [attack.t1]\n" + rule_of("F: a"))
    assert (rule.id, rule.title, rule.level) == ("x", "t", "low")
    assert (rule.tags, rule.path) == (("attack.t1",), "<string>")
