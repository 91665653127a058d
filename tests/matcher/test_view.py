"""Fields and layouts: which values a field of an event has (D6, D14, D15)."""

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.matcher.places import Place, dotted, places
from tocsin.matcher.view import JsonFloat, View, text_of

SYSTEM = {
    "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon", "Guid": "5770"}},
    "EventID": {"#attributes": {"Qualifiers": 0}, "#text": 1},
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "Computer": "host",
    "Correlation": None,
    "Execution": {"#attributes": {"ProcessID": 3308}},
    "Security": {"#attributes": {"UserID": "S-1-5-18"}},
}
LAYOUTS: dict[str, dict[str, Any]] = {
    "flat": {
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "EventID": 1,
        "Channel": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "host",
        "Execution_ProcessID": 3308,
        "Security_UserID": "S-1-5-18",
        "Image": "a.exe",
    },
    "evtx": {"Event": {"System": SYSTEM, "EventData": {"Image": "a.exe"}}},
    "user data": {"Event": {"System": SYSTEM, "UserData": {"Some": {"Image": "a.exe"}}}},
    "winlog": {
        "winlog": {
            "provider_name": "Microsoft-Windows-Sysmon",
            "event_id": 1,
            "channel": "Microsoft-Windows-Sysmon/Operational",
            "computer_name": "host",
            "process": {"pid": 3308},
            "user": {"identifier": "S-1-5-18"},
            "event_data": {"Image": "a.exe"},
        }
    },
    "winlog, dotted": {
        "winlog.provider_name": "Microsoft-Windows-Sysmon",
        "winlog.event_id": 1,
        "winlog.channel": "Microsoft-Windows-Sysmon/Operational",
        "winlog.computer_name": "host",
        "winlog.process.pid": 3308,
        "winlog.user.identifier": "S-1-5-18",
        "winlog.event_data.Image": "a.exe",
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("field", list(LAYOUTS["flat"]))
def test_windows_events_are_the_same_in_every_layout(layout: str, field: str) -> None:
    view = View(LAYOUTS[layout])
    assert view.values(field) == (LAYOUTS["flat"][field],)
    assert view.present(field)
    assert not view.is_null(field)


@pytest.mark.parametrize(
    "event_id", [1, "1", {"#text": "1"}, {"#attributes": {"Q": 0}, "#text": 1}]
)
def test_an_event_id_is_read_in_whichever_form_a_decoder_gives_it(event_id: object) -> None:
    (value,) = View({"Event": {"System": {"EventID": event_id}}}).values("EventID")
    assert text_of(value) == "1"


@pytest.mark.parametrize(
    "provider",
    [
        {"Provider": {"#attributes": {"Name": "P"}}},
        {"Provider_attributes": {"Name": "P"}},
        {"Provider": {"@Name": "P"}},
        {"Provider": {"Name": "P"}},
    ],
)
def test_attributes_of_the_header_are_joined_by_an_underscore(provider: dict[str, Any]) -> None:
    assert View({"Event": {"System": provider}}).values("Provider_Name") == ("P",)


def test_unnamed_data_is_a_field_of_several_values() -> None:
    event = {"Event": {"System": {}, "EventData": {"Data": {"#text": ["a", "b"]}}}}
    assert View(event).values("Data") == ("a", "b")


def test_collectors_names_of_header_fields_are_read_where_their_own_are_missing() -> None:
    assert View({"SourceName": "P", "Hostname": "H"}).values("Provider_Name") == ("P",)
    assert View({"SourceName": "P", "Hostname": "H"}).values("Computer") == ("H",)
    assert View({"SourceName": "P", "Provider_Name": "Q"}).values("Provider_Name") == ("Q",)
    assert View({"event": {"code": 4688}}).values("EventID") == (4688,)
    assert View({"event.provider": "P"}).values("Provider_Name") == ("P",)


def test_event_data_comes_before_the_header() -> None:
    user_data = {"LogFileCleared": {"Channel": "Application"}}
    event = {"Event": {"System": {"Channel": "System"}, "UserData": user_data}}
    assert View(event).values("Channel") == ("Application",)


def test_leaves_of_user_data_are_found_at_any_depth() -> None:
    deep = {"A": {"B": [{"C": {"Leaf": "x"}}, {"C": {"Leaf": ["y", None]}}], "Leaf": {"D": 1}}}
    event = {"Event": {"System": {}, "UserData": deep}}
    assert View(event).values("Leaf") == ("x", "y")
    assert View(event).values("D") == (1,)
    assert not View(event).present("C")


def test_leaves_of_user_data_may_have_attributes_and_spaces() -> None:
    deep = {"A": {"Threat Name": {"#attributes": {"x": "y"}, "#text": "t"}}}
    assert View({"Event": {"UserData": deep}}).values("ThreatName") == ("t",)


def test_spaces_in_names_do_not_count() -> None:
    assert View({"Threat Name": "x"}).values("ThreatName") == ("x",)
    assert View({"Event": {"EventData": {"Threat Name": "x"}}}).values("ThreatName") == ("x",)
    assert View({"winlog": {"event_data": {"Threat Name": "x"}}}).values("ThreatName") == ("x",)


def test_an_exact_name_comes_before_one_that_differs_in_spaces() -> None:
    assert View({"A B": 1, "AB": 2}).values("AB") == (2,)
    assert View({"A B": 1, "AB": 2}).values("A B") == (1,)
    assert View({"A B": 1, "A  B": 3}).values("AB") == (3,)
    assert View({"x": [{"A B": 1}, {"AB": 2}]}).values("x.AB") == (2,)


def test_spaces_count_in_the_names_around_a_field() -> None:
    assert View({"a b": {"c": 1}}).values("ab.c") == ()


def test_names_are_case_sensitive() -> None:
    assert View({"image": "x"}).values("Image") == ()


def test_a_dotted_name_is_first_one_key_and_then_a_path() -> None:
    assert View({"a.b": 1, "a": {"b": 2}}).values("a.b") == (1,)
    assert View({"a": {"b": 2}}).values("a.b") == (2,)
    assert View({"a": {"b.c": 1, "b": {"c": 2}}}).values("a.b.c") == (1,)
    assert View({"a": {"b": {"c": 2}}}).values("a.b.c") == (2,)
    assert View({"a.b": {"c": 3}}).values("a.b.c") == ()


def test_a_path_spreads_over_lists_of_maps() -> None:
    event = {"a": [{"b": 1}, {"b": [2, [3]]}, [{"b": 4}], {"c": 5}, 6]}
    assert View(event).values("a.b") == (1, 2, 3, 4)


def test_a_list_is_several_values_and_a_map_none() -> None:
    view = View({"a": [1, [True, None], {"x": "y"}, "z"], "b": {"x": 1}, "c": []})
    assert view.values("a") == (1, True, "z")
    assert view.values("b") == ()
    assert view.present("b")
    assert view.values("c") == ()
    assert view.present("c")


@pytest.mark.parametrize(
    ("value", "null"),
    [
        (None, True),
        ([], True),
        ([None, [None]], True),
        ({"#text": None}, True),
        ("", False),
        (0, False),
        (False, False),
        ({}, False),
        ([{}], False),
        ([None, ""], False),
    ],
)
def test_null_and_empty_lists_are_null_and_empty_texts_are_not(value: object, null: bool) -> None:
    assert View({"a": value}).is_null("a") is null
    assert View({"a": value}).present("a")


def test_a_missing_field_is_null_and_not_present() -> None:
    view = View({"a": 1})
    assert view.is_null("b")
    assert not view.present("b")
    assert view.values("b") == ()


def test_the_first_place_that_is_present_decides_even_if_it_is_null() -> None:
    event = {"Image": None, "Event": {"EventData": {"Image": "x"}}}
    assert View(event).values("Image") == ()
    assert View(event).is_null("Image")


def test_a_joined_field_is_the_first_values_of_its_parts() -> None:
    view = View({"A": ["x", "y"], "B": 7})
    assert view.values("A\\B") == ("x\\7",)
    assert view.present("A\\B")
    assert not view.is_null("A\\B")
    assert view.values("B\\A\\B") == ("7\\x\\7",)


def test_a_joined_field_without_one_of_its_parts_is_missing() -> None:
    view = View({"A": "x", "B": None})
    assert view.values("A\\B") == ()
    assert not view.present("A\\B")
    assert view.is_null("A\\B")


def test_a_key_with_a_backslash_is_a_field_like_others() -> None:
    assert View({"A\\B": 1, "A": 2, "B": 3}).values("A\\B") == (1,)


def test_a_search_of_the_event_sees_every_scalar_in_order_and_no_name() -> None:
    event = {"a": ["x", {"b": [1, None]}], "c": {"d": {"e": True}}, "f": 2.5}
    assert list(View(event).all_values()) == ["x", 1, True, 2.5]


def test_half_a_surrogate_pair_is_read_as_the_replacement_character() -> None:
    view = View({"a": "x\ud800y", "b": ["\udfff"]})
    assert view.values("a") == ("x\N{REPLACEMENT CHARACTER}y",)
    assert list(view.all_values()) == ["x\N{REPLACEMENT CHARACTER}y", "\N{REPLACEMENT CHARACTER}"]


def test_values_that_json_does_not_know_are_their_text() -> None:
    view = View({"a": b"x\xff", "b": complex(1, 2), "c": ("y",)})
    assert view.values("a") == ("x\N{REPLACEMENT CHARACTER}",)
    assert view.values("b") == ("(1+2j)",)
    assert view.values("c") == ("y",)


def test_keys_that_are_no_text_are_passed_over() -> None:
    event: dict[Any, Any] = {1: "x", "A B": "y"}
    assert View(event).values("AB") == ("y",)
    assert View({"Event": {"UserData": {2: "z", "A B": "y"}}}).values("AB") == ("y",)


def test_nesting_beyond_any_stack_does_no_harm() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    view = View({"a": deep, "Event": {"UserData": {"b": deep}}})
    assert view.values("a") == ("x",)
    assert view.values("b") == ("x",)
    assert list(view.all_values()) == ["x", "x"]
    while isinstance(deep, list):  # taken apart by hand: freeing it needs a stack, too
        deep = deep.pop()


@pytest.mark.parametrize("token", ["1.50", "1e3", "-0.0", "1E+400", "0.1"])
def test_a_number_keeps_the_way_it_is_written(token: str) -> None:
    number = JsonFloat(token)
    assert text_of(number) == token
    assert pickle.loads(pickle.dumps(number)).token == token  # noqa: S301 - our own bytes
    assert copy.deepcopy(number).token == token
    assert number == float(token)


def test_the_text_of_a_value_is_its_json_text() -> None:
    assert text_of(True) == "true"
    assert text_of(False) == "false"
    assert text_of(18446744073709551616) == "18446744073709551616"
    assert text_of(2.5) == "2.5"
    assert text_of("x") == "x"


def test_an_integer_of_any_size_has_a_text() -> None:
    assert text_of(-(10**5000)) == "-1" + "0" * 5000


def test_a_dotted_name_of_n_parts_is_n_paths() -> None:
    assert dotted("a.b.c") == (("a.b.c",), ("a", "b.c"), ("a", "b", "c"))


def test_the_plain_name_is_the_first_place_of_a_field() -> None:
    found = places("Provider_Name")
    assert found[0] == Place(("Provider_Name",))
    assert Place(("Event", "UserData", "Provider_Name"), any_depth=True) in found
    assert found[-1] == Place(("event", "provider"))


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
NAMES = st.sampled_from(["a", "b", "a.b", "a b", "Event", "UserData", "EventData", "#text"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
)


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.sampled_from(["a", "a.b", "ab", "b.a.b"]))
def test_a_field_is_null_has_values_or_holds_maps(event: dict[str, Any], field: str) -> None:
    view = View(event)
    values = view.values(field)
    assert view.present(field) or not values
    assert not (view.is_null(field) and values)
    everything = list(view.all_values())
    assert all(value in everything for value in values)
    assert view.values(field) == values


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_reading_an_event_changes_nothing(event: dict[str, Any]) -> None:
    before = json.dumps(event)
    view = View(event)
    list(view.all_values())
    view.values("a.b")
    assert json.dumps(event) == before
