"""The limits that Microsoft's validators set for what is deployed, restated as our own checks.

In goes what Tocsin wrote for `--form analytics`, `hunting`, `arm` or `defender`, as data; out
come sentences about what is wrong. The limits are those that the public Azure-Sentinel
repository checks for contributions and that the service's documentation names.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

Faults = Iterator[str]
QUERY_LIMIT = 10_000
NAME_LIMIT = 256
TEXT_LIMIT = 5_000
DETAILS_LIMIT = 20
COLUMN_LIMIT = 500
THRESHOLD_LIMIT = 10_000
MINUTE, HOUR, DAY = 1, 60, 1_440
SEVERITIES = {"Informational", "Low", "Medium", "High"}
OPERATORS = {"gt", "lt", "eq", "ne"}
ARM_OPERATORS = {"GreaterThan", "LessThan", "Equal", "NotEqual"}
TACTICS = {
    *("Reconnaissance", "ResourceDevelopment", "InitialAccess", "Execution", "Persistence"),
    *("PrivilegeEscalation", "DefenseEvasion", "CredentialAccess", "Discovery"),
    *("LateralMovement", "Collection", "Exfiltration", "CommandAndControl", "Impact"),
    *("PreAttack", "ImpairProcessControl", "InhibitResponseFunction"),
}
ENTITIES: dict[str, tuple[set[str], list[set[str]]]] = {
    "Account": (
        {
            *("Name", "FullName", "NTDomain", "DnsDomain", "UPNSuffix", "Sid", "AadTenantId"),
            *("AadUserId", "PUID", "IsDomainJoined", "DisplayName", "ObjectGuid"),
            "CloudAppAccountId",
        },
        [{"FullName"}, {"Sid"}, {"Name"}, {"AadUserId"}, {"PUID"}, {"ObjectGuid"}],
    ),
    "Host": (
        {
            *("DnsDomain", "NTDomain", "HostName", "FullName", "NetBiosName", "AzureID"),
            *("OMSAgentID", "OSFamily", "OSVersion", "IsDomainJoined"),
        },
        [{"FullName"}, {"HostName"}, {"NetBiosName"}, {"AzureID"}, {"OMSAgentID"}],
    ),
    "IP": ({"Address", "AddressScope"}, [{"Address"}]),
    "URL": ({"Url"}, [{"Url"}]),
    "DNS": ({"DomainName"}, [{"DomainName"}]),
    "File": ({"Directory", "Name"}, [{"Name"}]),
    "FileHash": ({"Algorithm", "Value"}, [{"Algorithm", "Value"}]),
    "Process": (
        {"ProcessId", "CommandLine", "ElevationToken", "CreationTimeUtc"},
        [{"CommandLine"}, {"ProcessId"}],
    ),
    "RegistryKey": ({"Hive", "Key"}, [{"Hive"}, {"Key"}]),
    "RegistryValue": ({"Name", "Value", "ValueType"}, [{"Name"}]),
    "AzureResource": ({"ResourceId"}, [{"ResourceId"}]),
    "CloudApplication": ({"AppId", "Name", "InstanceName"}, [{"AppId"}, {"Name"}]),
    "Malware": ({"Name", "Category"}, [{"Name"}]),
    "Mailbox": ({"MailboxPrimaryAddress", "DisplayName", "Upn"}, [{"MailboxPrimaryAddress"}]),
    "MailMessage": ({"Recipient", "NetworkMessageId", "Sender"}, [{"NetworkMessageId"}]),
    "SecurityGroup": ({"DistinguishedName", "SID", "ObjectGuid"}, [{"SID"}, {"ObjectGuid"}]),
}
"""The identifiers of each type of entity, and the sets of which one must be there."""

_SHORT = re.compile(r"(\d+)([mhd])")
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def short_minutes(text: str) -> int | None:
    """Return the minutes of a span such as `5m`, or None."""
    match = _SHORT.fullmatch(text)
    return int(match[1]) * {"m": MINUTE, "h": HOUR, "d": DAY}[match[2]] if match else None


def iso_minutes(text: str) -> int | None:
    """Return the minutes of a span such as `PT1H`, or None."""
    match = _ISO.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return days * DAY + hours * HOUR + minutes


def check_analytics(rule: Mapping[str, Any], columns: Sequence[str] | None = None) -> Faults:
    """Yield what is wrong with a scheduled or NRT rule as in the public repository."""
    yield from _identity(rule)
    yield from _query(rule)
    if rule.get("severity") not in SEVERITIES:
        yield "severity is none of the four"
    if rule.get("kind") not in {"Scheduled", "NRT"}:
        yield "kind is neither Scheduled nor NRT"
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(rule.get("version", ""))):
        yield "version is not of three numbers"
    yield from _connectors(rule)
    yield from _schedule(rule, short_minutes, OPERATORS)
    yield from _attack(rule.get("tactics", []), rule.get("relevantTechniques", []))
    yield from check_details(rule, columns)


def check_hunting(rule: Mapping[str, Any]) -> Faults:
    """Yield what is wrong with a hunting query as in the public repository."""
    yield from _identity(rule)
    yield from _query(rule)
    yield from _connectors(rule)
    yield from _attack(rule.get("tactics", []), rule.get("relevantTechniques", []))
    known = {"id", "name", "description", "requiredDataConnectors", "tactics"}
    known |= {"relevantTechniques", "query", "entityMappings", "version", "metadata", "tags"}
    for key in rule.keys() - known:
        yield f"a hunting query has no `{key}`"


def check_arm(template: Mapping[str, Any]) -> Faults:
    """Yield what is wrong with an ARM template of analytics rules."""
    if "deploymentTemplate.json" not in template.get("$schema", ""):
        yield "$schema is not that of a deployment template"
    if not re.fullmatch(r"\d+\.\d+\.\d+\.\d+", template.get("contentVersion", "")):
        yield "contentVersion is not of four numbers"
    if "workspace" not in template.get("parameters", {}):
        yield "the workspace is not a parameter"
    if not template.get("resources"):
        yield "there are no resources"
    for resource in template.get("resources", []):
        yield from _resource(resource)


def _resource(resource: Mapping[str, Any]) -> Faults:
    if not str(resource.get("type", "")).endswith("alertRules"):
        yield f"the type {resource.get('type')} is not that of an alert rule"
    if resource.get("kind") not in {"Scheduled", "NRT"}:
        yield "kind is neither Scheduled nor NRT"
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(-preview)?", str(resource.get("apiVersion", ""))):
        yield "apiVersion is not a date"
    properties = resource.get("properties", {})
    if properties.get("enabled") not in {True, False}:
        yield "enabled is no boolean"
    if not 0 < len(properties.get("displayName", "")) <= NAME_LIMIT:
        yield "displayName is empty or too long"
    if properties.get("severity") not in SEVERITIES:
        yield "severity is none of the four"
    if iso_minutes(properties.get("suppressionDuration", "")) is None:
        yield "suppressionDuration is no ISO span"
    yield from _query(properties)
    schedule = {**properties, "kind": resource.get("kind")}
    yield from _schedule(schedule, iso_minutes, ARM_OPERATORS)
    yield from _attack(properties.get("tactics", []), properties.get("techniques", []))
    yield from check_details(properties, None)


def check_defender(query: str, columns: Sequence[str]) -> Faults:
    """Yield what is wrong with the query of a custom detection."""
    yield from _query({"query": query})
    if not {"Timestamp", "TimeGenerated"} & set(columns):
        yield "neither Timestamp nor TimeGenerated is returned"
    if "ReportId" not in columns:
        yield "ReportId is not returned"
    entities = {"DeviceId", "DeviceName", "AccountObjectId", "AccountSid", "AccountUpn"}
    entities |= {"RecipientEmailAddress", "RemoteDeviceName", "InitiatingProcessAccountSid"}
    if not entities & set(columns):
        yield "no column identifies a device, a user or a mailbox"


def _identity(rule: Mapping[str, Any]) -> Faults:
    try:
        UUID(str(rule.get("id")))
    except ValueError:
        yield "id is no GUID"
    if not 0 < len(str(rule.get("name", ""))) <= NAME_LIMIT:
        yield "name is empty or too long"
    if not 0 < len(str(rule.get("description", ""))) <= TEXT_LIMIT:
        yield "description is empty or too long"
    for key in ("name", "description"):
        if not str(rule.get(key, "")).isascii():
            yield f"{key} is not ASCII"


def _query(rule: Mapping[str, Any]) -> Faults:
    query = str(rule.get("query", ""))
    if not 0 < len(query) <= QUERY_LIMIT:
        yield "query is empty or too long"
    if re.search(r"(?m)^\s*(?:search\s|union\s+(?:[^|]*\s)?\*)", query):
        yield "`search *` and `union *` are not allowed in a rule"


def _connectors(rule: Mapping[str, Any]) -> Faults:
    connectors = rule.get("requiredDataConnectors")
    if not isinstance(connectors, list):
        yield "requiredDataConnectors is no list"
        return
    for connector in connectors:
        if not connector.get("connectorId") or not connector.get("dataTypes"):
            yield "a connector lacks its id or its data types"


def _schedule(
    rule: Mapping[str, Any], minutes: Callable[[str], int | None], operators: set[str]
) -> Faults:
    keys = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold")
    if rule.get("kind") == "NRT":
        for key in keys:
            if key in rule:
                yield f"an NRT rule has no {key}"
        return
    frequency, period = (minutes(str(rule.get(key, ""))) for key in keys[:2])
    if frequency is None or period is None:
        yield "queryFrequency or queryPeriod is no span"
        return
    if not all(5 * MINUTE <= span <= 14 * DAY for span in (frequency, period)):
        yield "queryFrequency or queryPeriod is not between 5 minutes and 14 days"
    if period < frequency:
        yield "queryPeriod is shorter than queryFrequency"
    if period >= 2 * DAY and frequency < HOUR:
        yield "a period of two days or more is run at most once an hour"
    if rule.get("triggerOperator") not in operators:
        yield "triggerOperator is none of the four"
    threshold = rule.get("triggerThreshold")
    if not isinstance(threshold, int) or not 0 <= threshold <= THRESHOLD_LIMIT:
        yield "triggerThreshold is no number from 0 to 10,000"


def _attack(tactics: Sequence[str], techniques: Sequence[str]) -> Faults:
    for tactic in tactics:
        if tactic not in TACTICS:
            yield f"{tactic} is no tactic"
    for technique in techniques:
        if not re.fullmatch(r"T\d{4}(\.\d{3})?", technique):
            yield f"{technique} is no technique"
    if techniques and not tactics:
        yield "techniques without a tactic"
    if len(set(tactics)) < len(tactics) or len(set(techniques)) < len(techniques):
        yield "a tactic or technique is given twice"


def check_details(rule: Mapping[str, Any], columns: Sequence[str] | None) -> Faults:
    """Yield what is wrong with entity mappings, custom details and the override."""
    mappings = rule.get("entityMappings")
    if mappings is not None:
        if not 1 <= len(mappings) <= 5:
            yield "entityMappings are not between 1 and 5"
        for mapping in mappings:
            yield from _mapping(mapping, columns)
    yield from _details(rule.get("customDetails") or {}, columns)
    override = rule.get("alertDetailsOverride") or {}
    limits = {"alertDisplayNameFormat": NAME_LIMIT, "alertDescriptionFormat": TEXT_LIMIT}
    for key, limit in limits.items():
        text = override.get(key, "")
        if len(text) > limit or text.count("{{") > 3:
            yield f"{key} is too long or has too many placeholders"
    grouping = rule.get("eventGroupingSettings", {}).get("aggregationKind", "SingleAlert")
    if grouping not in {"SingleAlert", "AlertPerResult"}:
        yield f"{grouping} is no way to group events"


def _mapping(mapping: Mapping[str, Any], columns: Sequence[str] | None) -> Faults:
    kind = mapping.get("entityType", "")
    if kind not in ENTITIES:
        yield f"{kind} is no type of entity"
        return
    allowed, required = ENTITIES[kind]
    fields = mapping.get("fieldMappings", [])
    found = {field.get("identifier") for field in fields}
    if not 1 <= len(fields) <= 3 or len(found) < len(fields):
        yield f"{kind} has not 1 to 3 different identifiers"
    if not found <= allowed:
        yield f"{kind} has no identifier {', '.join(sorted(map(str, found - allowed)))}"
    if not any(choice <= found for choice in required):
        yield f"{kind} lacks a required identifier"
    yield from _columns((field.get("columnName", "") for field in fields), columns)


def _details(details: Mapping[str, str], columns: Sequence[str] | None) -> Faults:
    if len(details) > DETAILS_LIMIT:
        yield "more than 20 custom details"
    for key in details:
        if not re.fullmatch(r"[A-Za-z]\w{0,19}", key):
            yield f"{key} is no name of a custom detail"
    yield from _columns(details.values(), columns)


def _columns(names: Any, columns: Sequence[str] | None) -> Faults:
    for name in names:
        if not 0 < len(name) <= COLUMN_LIMIT:
            yield "a column's name is empty or too long"
        if columns is not None and name not in columns:
            yield f"the query does not return {name}"
