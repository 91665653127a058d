"""Log sources: which events a rule is for (decisions D4 and D5)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tocsin.dsl import ir
from tocsin.dsl.ast import Logsource
from tocsin.dsl.diagnostics import Report, Severity
from tocsin.dsl.logsource import (
    Route,
    declared_routes,
    known,
    parse_logsource,
    recognisers,
    renamed,
    report_unrouted,
    routed,
    routes,
    selects,
    table,
)
from tocsin.dsl.values import Pattern
from tocsin.matcher.reference import holds
from tocsin.matcher.view import View

LIVE = ("rules", "rules-emerging-threats", "rules-threat-hunting", "rules-placeholder")


def source(text: str) -> Logsource:
    """Return the log source of `product/category/service`."""
    product, category, service = (part or None for part in (*text.split("/"), "", "")[:3])
    return Logsource(category=category, product=product, service=service)


def equals(field: str, text: str) -> ir.Test:
    """Return a test for a whole text."""
    return ir.Test(field, ir.Equals(Pattern.literal(text)))


def rule(text: str, condition: ir.Node) -> ir.IrRule:
    """Return a rule of a log source."""
    return ir.IrRule(ir.RuleInfo(id="x", title="x"), source(text), condition)


def sees(logsource: str, event: dict[str, Any]) -> bool:
    """Return whether some route leads the event to rules of a log source."""
    found = routes(source(logsource)) or ()
    return any(holds(route.when, View(event)) for route in found)


def verdict(logsource: str, condition: ir.Node, event: dict[str, Any]) -> bool:
    """Return whether a rule that is routed matches an event."""
    found = routes(source(logsource))
    assert found is not None
    return holds(routed(rule(logsource, condition), found), View(event))


SYSMON = "Microsoft-Windows-Sysmon/Operational"


@pytest.mark.parametrize(
    ("category", "ids"),
    [
        ("process_creation", {1}),
        ("file_change", {2}),
        ("network_connection", {3}),
        ("sysmon_status", {4, 16}),
        ("process_termination", {5}),
        ("driver_load", {6}),
        ("image_load", {7}),
        ("create_remote_thread", {8}),
        ("raw_access_thread", {9}),
        ("process_access", {10}),
        ("file_event", {11}),
        ("registry_event", {12, 13, 14}),
        ("registry_set", {13}),
        ("registry_rename", {14}),
        ("create_stream_hash", {15}),
        ("pipe_created", {17, 18}),
        ("wmi_event", {19, 20, 21}),
        ("dns_query", {22}),
        ("file_delete", {23}),
        ("clipboard_capture", {24}),
        ("process_tampering", {25}),
        ("file_delete_detected", {26}),
        ("file_block_executable", {27}),
        ("file_block_shredding", {28}),
        ("file_executable_detected", {29}),
        ("sysmon_error", {255}),
    ],
)
def test_a_category_is_certain_event_ids_of_sysmon(category: str, ids: set[int]) -> None:
    seen = {
        number
        for number in range(300)
        if sees(f"windows/{category}", {"Channel": SYSMON, "EventID": number})
    }
    assert seen == ids


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        ("CreateKey", "registry_add"),
        ("DeleteKey", "registry_delete"),
        ("DeleteValue", "registry_delete"),
    ],
)
def test_the_kind_of_a_registry_event_tells_its_category(kind: str, category: str) -> None:
    event = {"Channel": SYSMON, "EventID": "12", "EventType": kind}
    assert {
        name for name in ("registry_add", "registry_delete") if sees(f"windows/{name}", event)
    } == {category}


@pytest.mark.parametrize("channel", ["Security", "security", "SECURITY"])
@pytest.mark.parametrize("number", [4688, "4688"])
def test_a_process_creation_rule_reads_security_4688_under_its_names(
    channel: str, number: object
) -> None:
    event = {"Channel": channel, "EventID": number, "NewProcessName": "a", "ParentProcessName": "b"}
    both = ir.All((equals("Image", "A"), equals("ParentImage", "b")))
    assert verdict("windows/process_creation", both, event)
    assert not verdict("windows//security", equals("Image", "a"), event)
    assert verdict("windows//security", equals("NewProcessName", "a"), event)


def test_a_registry_rule_reads_security_4657_under_its_names() -> None:
    event = {
        "Event": {
            "System": {"Channel": "Security", "EventID": {"#text": 4657}},
            "EventData": {
                "ObjectName": "\\REGISTRY\\MACHINE\\SOFTWARE\\Run",
                "ObjectValueName": "updater",
                "NewValue": "evil.exe",
            },
        }
    }
    target = ir.Test("TargetObject", ir.Ends(Pattern.literal("\\Run\\updater")))
    both = ir.All((target, equals("Details", "evil.exe")))
    for category in ("registry_set", "registry_event"):
        assert verdict(f"windows/{category}", both, event)
    assert not sees("windows/registry_add", event)


def test_defender_is_an_antivirus_without_product_on_demand() -> None:
    event = {
        "Channel": "Microsoft-Windows-Windows Defender/Operational",
        "EventID": 1116,
        "Threat Name": "Mimikatz",
        "Path": "x.exe",
    }
    assert routes(source("/antivirus")) is None
    found = declared_routes(source("windows/antivirus/windefend"), source("/antivirus"))
    assert found is not None
    both = ir.All((equals("Signature", "mimikatz"), equals("Filename", "x.exe")))
    condition = routed(rule("/antivirus", both), found)
    assert holds(condition, View(event))
    assert not holds(condition, View(event | {"EventID": 1117}))
    assert sees("windows//windefend", event | {"EventID": 1117})


@pytest.mark.parametrize(
    ("service", "channels"),
    [
        ("powershell", 2),
        ("applocker", 4),
        ("security-mitigations", 2),
        ("security", 1),
        ("kernel-shimengine", 2),
    ],
)
def test_a_service_is_certain_channels(service: str, channels: int) -> None:
    (route,) = list(routes(source(f"windows//{service}")) or ())
    assert len(list(ir.tests(route.when))) == channels


@pytest.mark.parametrize(
    ("category", "number"),
    [("ps_classic_start", 400), ("ps_classic_provider_start", 600), ("ps_classic_script", 800)],
)
def test_classic_powershell_has_a_channel_of_its_own(category: str, number: int) -> None:
    event = {"Channel": "Windows PowerShell", "EventID": number}
    assert sees(f"windows/{category}", event)
    assert not sees(f"windows/{category}", event | {"Channel": "PowerShellCore/Operational"})


def test_attributes_are_compared_without_regard_to_case() -> None:
    assert routes(source("Windows/Process_Creation")) == routes(source("windows/process_creation"))


def test_a_rule_without_product_sees_the_events_of_every_product() -> None:
    assert sees("/process_creation", {"Channel": SYSMON, "EventID": 1})
    assert sees("/process_creation", {"Channel": "Linux-Sysmon/Operational", "EventID": 1})
    assert sees("/process_creation", {"Channel": "Security", "EventID": 4688})
    assert not sees("/process_creation", {"Channel": "Security", "EventID": 4689})


def test_a_rule_for_a_whole_product_has_one_route_under_the_events_own_names() -> None:
    (route,) = list(routes(source("windows")) or ())
    assert route.rename == ()
    assert sees("windows", {"Channel": "Whatever", "EventID": 7})
    assert not sees("windows", {"Channel": "Linux-Sysmon/Operational", "EventID": 7})
    assert not sees("windows", {"EventID": 7})


def test_sysmon_of_windows_and_of_linux_are_kept_apart() -> None:
    event = {"Channel": "Linux-Sysmon/Operational", "EventID": 11}
    assert sees("linux/file_event", event)
    assert not sees("windows/file_event", event)


def test_agents_of_the_elastic_schema_are_read_under_sysmons_names() -> None:
    event = {
        "event": {"category": ["process"], "type": ["start"]},
        "host": {"os": {"type": "macos"}},
        "process": {"executable": "/bin/sh", "command_line": "sh -c id"},
    }
    assert verdict("macos/process_creation", equals("CommandLine", "sh -c id"), event)
    assert not sees("linux/process_creation", event)


def test_audit_records_are_known_by_their_stamp() -> None:
    record = {"type": "PATH", "msg": ["audit(1490995752.404:1)", "more"]}
    assert sees("linux//auditd", record)
    assert not sees("linux//auditd", {"type": "PATH", "msg": "else"})


def test_an_unknown_log_source_has_no_route() -> None:
    assert routes(source("toaster/bread_event")) is None
    assert routes(source("windows/file_access")) is None


def test_a_log_source_that_must_be_declared_says_why() -> None:
    entries = [entry for entry in table() if not entry.when]
    assert entries
    assert all(entry.declared for entry in entries)


@pytest.mark.parametrize(
    ("declared", "wanted", "selected"),
    [
        ("windows/process_creation/", "windows/process_creation", True),
        ("windows/process_creation/", "Windows/Process_creation", True),
        ("windows/process_creation/", "windows/file_event", False),
        ("windows//", "windows/file_event", True),
        ("//nginx", "//nginx", True),
        ("//nginx", "/webserver", True),
        ("linux//auditd", "linux", True),
        ("linux//auditd", "linux//auth", False),
        ("windows/process_creation/", "linux/process_creation", False),
        ("zeek//dns", "/dns", True),
    ],
)
def test_a_declared_source_selects_rules_whose_attributes_agree(
    declared: str, wanted: str, selected: bool
) -> None:
    assert selects(source(declared), source(wanted)) is selected
    assert (declared_routes(source(declared), source(wanted)) is not None) is selected


def test_events_of_a_declared_source_need_no_header() -> None:
    found = declared_routes(source("windows/process_creation"), source("windows/process_creation"))
    assert found is not None
    condition = routed(rule("windows/process_creation", equals("Image", "a")), found)
    assert holds(condition, View({"Image": "A"}))
    assert not holds(condition, View({"NewProcessName": "a"}))
    assert holds(condition, View({"NewProcessName": "a", "Channel": "Security", "EventID": 4688}))


def test_a_declared_source_without_renames_leaves_the_condition_as_it_is() -> None:
    wanted = source("toaster/bread_event")
    condition = equals("Slice", "1")
    assert declared_routes(wanted, wanted) == (Route(ir.TRUE),)
    assert routed(rule("toaster/bread_event", condition), (Route(ir.TRUE),)) == condition


def test_renaming_reaches_every_kind_of_node() -> None:
    same = ir.FieldIs(ir.Relation.EQUALS, "B", cased=True)
    keyword = ir.Test(None, ir.Contains(Pattern.literal("k")))
    node = ir.All(
        (
            ir.Any((equals("A", "1"), keyword)),
            ir.Not(ir.Test("C", same)),
            ir.AtLeast(2, (equals("A", "2"), equals("C", "3"))),
            ir.TRUE,
        )
    )
    other = ir.FieldIs(ir.Relation.EQUALS, "b", cased=True)
    assert renamed(node, Route(ir.TRUE, (("A", "a"), ("B", "b")))) == ir.All(
        (
            ir.Any((equals("a", "1"), keyword)),
            ir.Not(ir.Test("C", other)),
            ir.AtLeast(2, (equals("a", "2"), equals("C", "3"))),
            ir.TRUE,
        )
    )


def test_the_most_particular_log_source_recognises_first() -> None:
    view = View({"Channel": SYSMON, "EventID": 1})
    names = [str(logsource) for logsource, when in recognisers() if holds(when, view)]
    assert names == ["windows/process_creation/sysmon", "windows//sysmon", "windows"]


@pytest.mark.parametrize("event", [{}, {"Image": "a"}, {"message": "a line"}, {"EventID": 1}])
def test_an_event_that_says_nothing_of_its_source_is_undeclared(event: dict[str, Any]) -> None:
    assert not holds(known(), View(event))


def test_conditions_look_at_few_fields_by_simple_tests() -> None:
    for entry in table():
        for when in entry.when:
            checks = list(ir.tests(when))
            assert all(test.field is not None for test in checks)
            assert len({test.field for test in checks}) <= 4


def test_rules_that_see_no_events_are_summed_by_log_source() -> None:
    report = Report()
    rules = [rule(name, ir.TRUE) for name in ("toaster", "toaster", "//nginx", "windows//system")]
    assert report_unrouted(rules, report) == 3
    (diagnostic,) = report
    assert (diagnostic.code, diagnostic.severity) == ("T809", Severity.NOTE)
    assert diagnostic.message.startswith("3 rules see no events")
    assert diagnostic.notes == ("log sources: toaster (2), //nginx (1)",)


def test_a_single_rule_without_events_is_told_in_the_singular() -> None:
    report = Report()
    assert report_unrouted([rule("toaster", ir.TRUE)], report) == 1
    assert report[0].message.startswith("1 rule sees no events")


def test_a_long_list_of_log_sources_is_cut() -> None:
    report = Report()
    report_unrouted([rule(f"toaster{number}", ir.TRUE) for number in range(20)], report)
    assert report[0].notes[0].endswith("(1), …")


def test_nothing_is_said_where_every_rule_sees_events() -> None:
    report = Report()
    assert report_unrouted([rule("windows//system", ir.TRUE)], report) == 0
    assert not report


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("windows/process_creation/", ("windows", "process_creation", None)),
        ("windows/process_creation", ("windows", "process_creation", None)),
        ("linux//auditd", ("linux", None, "auditd")),
        ("//nginx", (None, None, "nginx")),
        ("zeek", ("zeek", None, None)),
        (" aws / / cloudtrail ", ("aws", None, "cloudtrail")),
    ],
)
def test_a_log_source_is_written_as_three_parts(
    text: str, parts: tuple[str | None, str | None, str | None]
) -> None:
    report = Report()
    found = parse_logsource(text, report)
    assert found is not None
    assert (found.product, found.category, found.service) == parts
    assert not report


@pytest.mark.parametrize("text", ["", "/", "//", "a/b/c/d", " / / "])
def test_what_is_no_log_source_is_refused(text: str) -> None:
    report = Report()
    assert parse_logsource(text, report) is None
    assert [diagnostic.code for diagnostic in report] == ["T401"]


def test_a_misspelt_part_is_pointed_out_and_used() -> None:
    report = Report()
    found = parse_logsource("windows/proces_creation", report)
    assert found == source("windows/proces_creation")
    (diagnostic,) = report
    assert (diagnostic.code, diagnostic.severity) == ("T402", Severity.WARNING)
    assert "`process_creation`" in diagnostic.help


def test_a_part_that_resembles_nothing_is_pointed_out_without_a_guess() -> None:
    report = Report()
    parse_logsource("toaster//", report)
    (diagnostic,) = report
    assert "did you mean" not in diagnostic.help


def test_every_log_source_of_the_corpus_is_routed_or_listed_with_a_reason(corpus_dir: Path) -> None:
    missing = {
        str(logsource)
        for logsource in logsources(corpus_dir)
        if routes(logsource) is None and not reason(logsource)
    }
    assert not missing


def test_of_the_live_windows_rules_only_traced_file_events_lack_a_route(corpus_dir: Path) -> None:
    unrouted = {
        str(logsource)
        for folder in LIVE
        for logsource in logsources(corpus_dir / folder)
        if logsource.product == "windows" and routes(logsource) is None
    }
    assert unrouted == {"windows/file_access", "windows/file_rename"}


def reason(logsource: Logsource) -> str:
    """Return why a log source must be declared, or nothing."""
    return next((e.declared for e in table() if e.declared and selects(e.logsource, logsource)), "")


def logsources(folder: Path) -> Iterator[Logsource]:
    """Go through the log sources of the rules of a folder."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in folder.rglob("*.yml"):
        for document in yaml.load_all(path.read_text("utf-8"), loader):
            found = (document or {}).get("logsource")
            if isinstance(found, dict):
                yield Logsource(found.get("category"), found.get("product"), found.get("service"))


def test_logs_of_zeek_are_zeeks_even_if_no_rule_is_for_them() -> None:
    for event in ({"_path": "known_hosts", "ts": "1"}, {"_path": "x", "_write_ts": "1"}):
        assert holds(known(), View(event))
        assert sees("zeek", event)
        assert not sees("zeek//dns", event)
