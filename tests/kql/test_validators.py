"""The restated limits accept what the service accepts and name what it rejects."""

from copy import deepcopy
from typing import Any

import pytest

from tests.kql.validators import (
    check_analytics,
    check_arm,
    check_defender,
    check_hunting,
    iso_minutes,
    short_minutes,
)

RULE: dict[str, Any] = {
    "id": "83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871",
    "name": "Reverse shell",
    "description": "A shell that talks to the network.",
    "severity": "High",
    "kind": "Scheduled",
    "version": "1.0.0",
    "requiredDataConnectors": [{"connectorId": "Syslog", "dataTypes": ["Syslog"]}],
    "queryFrequency": "1h",
    "queryPeriod": "1h",
    "triggerOperator": "gt",
    "triggerThreshold": 0,
    "tactics": ["Execution"],
    "relevantTechniques": ["T1059.004"],
    "query": "Syslog | where SyslogMessage has 'bash'",
    "entityMappings": [
        {
            "entityType": "Host",
            "fieldMappings": [{"identifier": "HostName", "columnName": "Computer"}],
        }
    ],
    "customDetails": {"Message": "SyslogMessage"},
}
COLUMNS = ["Computer", "SyslogMessage", "TimeGenerated"]
HUNTING_KEYS = ("id", "name", "description", "requiredDataConnectors", "tactics", "query")
TEMPLATE: dict[str, Any] = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "contentVersion": "1.0.0.0",
    "parameters": {"workspace": {"type": "String"}},
    "resources": [
        {
            "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
            "kind": "Scheduled",
            "apiVersion": "2023-02-01",
            "properties": {
                "displayName": "Reverse shell",
                "enabled": True,
                "severity": "High",
                "query": "Syslog | where SyslogMessage has 'bash'",
                "queryFrequency": "PT1H",
                "queryPeriod": "PT1H",
                "triggerOperator": "GreaterThan",
                "triggerThreshold": 0,
                "suppressionDuration": "PT5H",
                "suppressionEnabled": False,
                "tactics": ["Execution"],
                "techniques": ["T1059"],
            },
        }
    ],
}


def changed(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    copy = deepcopy(data)
    place: Any = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return copy


def test_a_good_rule_template_and_hunting_query_pass() -> None:
    assert list(check_analytics(RULE, COLUMNS)) == []
    assert list(check_arm(TEMPLATE)) == []
    assert list(check_hunting({key: RULE[key] for key in HUNTING_KEYS})) == []
    assert list(check_defender("T", ["Timestamp", "ReportId", "DeviceId"])) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("id",), "x", "id is no GUID"),
        (("name",), "n" * 257, "name is empty or too long"),
        (("name",), "Größe", "name is not ASCII"),
        (("description",), "", "description is empty or too long"),
        (("severity",), "Critical", "severity is none of the four"),
        (("kind",), "Fusion", "kind is neither Scheduled nor NRT"),
        (("version",), "1.0", "version is not of three numbers"),
        (("query",), "q" * 10_001, "query is empty or too long"),
        (("query",), "search *", "`search *` and `union *` are not allowed in a rule"),
        (("requiredDataConnectors",), None, "requiredDataConnectors is no list"),
        (("requiredDataConnectors",), [{}], "a connector lacks its id or its data types"),
        (("queryPeriod",), "30m", "queryPeriod is shorter than queryFrequency"),
        (("queryPeriod",), "soon", "queryFrequency or queryPeriod is no span"),
        (("triggerOperator",), ">", "triggerOperator is none of the four"),
        (("triggerThreshold",), -1, "triggerThreshold is no number from 0 to 10,000"),
        (("tactics",), ["Hacking"], "Hacking is no tactic"),
        (("tactics",), [], "techniques without a tactic"),
        (("relevantTechniques",), ["1059"], "1059 is no technique"),
        (("entityMappings",), [], "entityMappings are not between 1 and 5"),
        (("entityMappings", 0, "entityType"), "Thing", "Thing is no type of entity"),
        (
            ("entityMappings", 0, "fieldMappings", 0, "identifier"),
            "DnsDomain",
            "Host lacks a required identifier",
        ),
        (
            ("entityMappings", 0, "fieldMappings", 0, "columnName"),
            "HostName",
            "the query does not return HostName",
        ),
        (("customDetails",), {"1x": "Computer"}, "1x is no name of a custom detail"),
        (("customDetails",), {"x": ""}, "a column's name is empty or too long"),
        (
            ("alertDetailsOverride",),
            {"alertDisplayNameFormat": "{{a}}{{b}}{{c}}{{d}}"},
            "alertDisplayNameFormat is too long or has too many placeholders",
        ),
        (
            ("eventGroupingSettings",),
            {"aggregationKind": "Some"},
            "Some is no way to group events",
        ),
    ],
)
def test_a_fault_of_a_rule_is_named(path: tuple[Any, ...], value: Any, fault: str) -> None:
    assert fault in list(check_analytics(changed(RULE, path, value), COLUMNS))


def test_long_periods_and_rare_spans_are_limited() -> None:
    rule = {**RULE, "queryPeriod": "2d", "queryFrequency": "30m"}
    assert "a period of two days or more is run at most once an hour" in list(
        check_analytics(rule, COLUMNS)
    )
    rule = {**RULE, "queryPeriod": "15d"}
    assert "queryFrequency or queryPeriod is not between 5 minutes and 14 days" in list(
        check_analytics(rule, COLUMNS)
    )


def test_a_rule_in_near_real_time_has_no_schedule() -> None:
    assert "an NRT rule has no queryPeriod" in list(check_analytics({**RULE, "kind": "NRT"}))


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("$schema",), "", "$schema is not that of a deployment template"),
        (("contentVersion",), "1", "contentVersion is not of four numbers"),
        (("parameters",), {}, "the workspace is not a parameter"),
        (("resources",), [], "there are no resources"),
        (("resources", 0, "type"), "x", "the type x is not that of an alert rule"),
        (("resources", 0, "apiVersion"), "new", "apiVersion is not a date"),
        (("resources", 0, "properties", "queryPeriod"), "1h", "queryFrequency or queryPeriod"),
        (("resources", 0, "properties", "triggerOperator"), "gt", "triggerOperator is none"),
        (("resources", 0, "properties", "suppressionDuration"), "5h", "suppressionDuration"),
        (("resources", 0, "properties", "enabled"), "yes", "enabled is no boolean"),
        (("resources", 0, "properties", "displayName"), "", "displayName is empty"),
    ],
)
def test_a_fault_of_a_template_is_named(path: tuple[Any, ...], value: Any, fault: str) -> None:
    faults = list(check_arm(changed(TEMPLATE, path, value)))
    assert any(found.startswith(fault) for found in faults), faults


def test_a_hunting_query_has_no_schedule() -> None:
    assert "a hunting query has no `queryPeriod`" in list(check_hunting(RULE))


def test_a_custom_detection_returns_a_time_a_report_and_an_entity() -> None:
    assert len(list(check_defender("T", ["Computer"]))) == 3


def test_spans_are_read() -> None:
    assert [short_minutes(text) for text in ("5m", "2h", "1d", "1w")] == [5, 120, 1440, None]
    assert [iso_minutes(text) for text in ("PT5M", "PT2H", "P1D", "P", "5m")] == [
        *(5, 120, 1440),
        *(None, None),
    ]
