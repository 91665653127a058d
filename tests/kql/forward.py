r"""From a Windows event to the row that Microsoft's products would write of it.

This is our own reading of the products: of Defender's tables by their reference pages, of the
ASIM functions by their schemas and parsers, of `WindowsEvent` by its form. It knows nothing of
Tocsin's field maps, and so proves them: a rule that holds for an event must select the row.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.dsl.schema import Schema

from tests.kql.rows.tables import Row, RowMaker

Event = Mapping[str, Any]
SYSMON = "Microsoft-Windows-Sysmon/Operational"
HIVES = (
    ("HKLM\\", "HKEY_LOCAL_MACHINE\\"),
    ("HKU\\", "HKEY_USERS\\"),
    ("HKCR\\", "HKEY_CLASSES_ROOT\\"),
)
REGISTRY = {
    "SetValue": "RegistryValueSet",
    "CreateKey": "RegistryKeyCreated",
    "DeleteKey": "RegistryKeyDeleted",
    "DeleteValue": "RegistryValueDeleted",
    "RenameKey": "RegistryKeyRenamed",
}
FILES = {11: "FileCreated", 23: "FileDeleted", 26: "FileDeleted"}
CATEGORIES = {
    1: {"process_creation"},
    3: {"network_connection"},
    7: {"image_load"},
    11: {"file_event"},
    12: {"registry_event"},
    13: {"registry_event", "registry_set"},
    14: {"registry_event", "registry_rename"},
    22: {"dns_query"},
    23: {"file_delete"},
    26: {"file_delete", "file_delete_detected"},
}
KEY_CATEGORIES = {
    "CreateKey": {"registry_add"},
    "DeleteKey": {"registry_delete"},
    "DeleteValue": {"registry_delete"},
}


@dataclass(frozen=True)
class Sighting:
    """One event and its row.

    Attributes:
        categories: the categories of the log sources that the event belongs to.
        event: the event, flat, with the fields that the reference sees.
        table: the table's name.
        row: the row.
    """

    categories: set[str]
    event: dict[str, Any]
    table: str
    row: Row


def flat(record: Event) -> dict[str, Any]:
    """Return a record in one of the usual layouts as flat fields with EventID and Channel."""
    event = record.get("Event", record)
    system, data = event.get("System"), event.get("EventData") or {}
    if system is None:
        return dict(record)
    number = system.get("EventID")
    number = number.get("#text") if isinstance(number, dict) else number
    provider = system.get("Provider", {}).get("#attributes", {}).get("Name")
    header = {"EventID": number, "Channel": system.get("Channel"), "Provider_Name": provider}
    return {**header, **data} if isinstance(data, dict) else header


def sightings(schema: Schema, records: Iterator[Event]) -> Iterator[Sighting]:
    """Yield the rows of one target for those records that it has a table for."""
    makers = MAKERS[schema.name]
    for record in records:
        event = flat(record)
        if event.get("Channel") != SYSMON or not str(event.get("EventID", "")).isdigit():
            continue
        number = int(event["EventID"])
        made = makers(number, event)
        if made is None or number not in CATEGORIES:
            continue
        name, values = made
        table = schema.table(name)
        if table is not None:
            texts = {c: str(v) for c, v in values.items() if v not in (None, "") and c != BAG}
            row = RowMaker(table).row(texts)
            if BAG in values:
                row["EventData"] = values[BAG]
            kinds = KEY_CATEGORIES.get(str(event.get("EventType")), set())
            yield Sighting(CATEGORIES[number] | kinds, event, name, row)


BAG = "EventData"
Made = tuple[str, dict[str, Any]] | None


def device(number: int, event: Event) -> Made:
    """Return the Defender table and columns for a Sysmon event."""
    get = event.get
    actor = {
        "InitiatingProcessFolderPath": get("Image"),
        "InitiatingProcessFileName": last(get("Image")),
        "InitiatingProcessId": get("ProcessId"),
        **account("InitiatingProcessAccount", get("User")),
    }
    match number:
        case 1:
            return "DeviceProcessEvents", device_process(event)
        case 3:
            return "DeviceNetworkEvents", {**actor, **device_network(event)}
        case 7:
            loaded = {"FolderPath": get("ImageLoaded"), "FileName": last(get("ImageLoaded"))}
            hashes = hash_columns(get("Hashes"), "")
            return "DeviceImageLoadEvents", {
                **actor,
                **loaded,
                **hashes,
                "ActionType": "ImageLoaded",
            }
        case 11 | 23 | 26:
            file = {"FolderPath": get("TargetFilename"), "FileName": last(get("TargetFilename"))}
            return "DeviceFileEvents", {**actor, **file, "ActionType": FILES[number]}
        case 12 | 13 | 14:
            return "DeviceRegistryEvents", {**actor, **device_registry(event)}
        case _:
            return None


def device_process(event: Event) -> dict[str, Any]:
    """Return the columns of `DeviceProcessEvents`."""
    get = event.get
    return {
        "ActionType": "ProcessCreated",
        "FolderPath": get("Image"),
        "FileName": last(get("Image")),
        "ProcessCommandLine": get("CommandLine"),
        "ProcessId": get("ProcessId"),
        "ProcessIntegrityLevel": get("IntegrityLevel"),
        "ProcessVersionInfoOriginalFileName": get("OriginalFileName"),
        "ProcessVersionInfoFileDescription": get("Description"),
        "ProcessVersionInfoCompanyName": get("Company"),
        "ProcessVersionInfoProductName": get("Product"),
        "ProcessVersionInfoProductVersion": get("FileVersion"),
        "InitiatingProcessFolderPath": get("ParentImage"),
        "InitiatingProcessFileName": last(get("ParentImage")),
        "InitiatingProcessCommandLine": get("ParentCommandLine"),
        "LogonId": int(str(get("LogonId", "0x0")), 16) if get("LogonId") else None,
        **account("Account", get("User")),
        **account("InitiatingProcessAccount", get("ParentUser")),
        **hash_columns(get("Hashes"), ""),
    }


def device_registry(event: Event) -> dict[str, Any]:
    """Return the columns of `DeviceRegistryEvents`; what is deleted is in the previous ones."""
    columns = registry(event, "ActionType", "RegistryValueName")
    if not columns["ActionType"].endswith("Deleted"):
        return columns
    named = ("RegistryKey", "RegistryValueName")
    before = {f"Previous{name}": columns[name] for name in named if name in columns}
    return {"ActionType": columns["ActionType"], **before}


def device_network(event: Event) -> dict[str, Any]:
    """Return the columns of `DeviceNetworkEvents`; the local side is the device's."""
    out = str(event.get("Initiated", "")).lower() == "true"
    local, remote = ("Source", "Destination") if out else ("Destination", "Source")
    return {
        "ActionType": "ConnectionSuccess" if out else "InboundConnectionAccepted",
        "Protocol": str(event.get("Protocol", "")).capitalize(),
        "LocalIP": event.get(f"{local}Ip"),
        "LocalPort": event.get(f"{local}Port"),
        "RemoteIP": event.get(f"{remote}Ip"),
        "RemotePort": event.get(f"{remote}Port"),
        "RemoteUrl": event.get("DestinationHostname") if out else None,
    }


def asim(number: int, event: Event) -> Made:
    """Return the ASIM function and columns for a Sysmon event."""
    get = event.get
    actor = {"ActingProcessName": get("Image"), "ActorUsername": get("User")}
    match number:
        case 1:
            return "_Im_ProcessCreate", asim_process(event)
        case 3:
            return "_Im_NetworkSession", asim_network(event)
        case 11 | 23 | 26:
            name = last(get("TargetFilename"))
            file = {"TargetFilePath": get("TargetFilename"), "TargetFileName": name}
            hashes = hash_columns(get("Hashes"), "TargetFile")
            return "_Im_FileEvent", {**actor, **file, **hashes, "EventType": FILES[number]}
        case 12 | 13 | 14:
            return "_Im_RegistryEvent", {**actor, **registry(event, "EventType", "RegistryValue")}
        case 22:
            return "_Im_Dns", {
                "EventType": "Query",
                "DnsQuery": get("QueryName"),
                "DnsResponseName": get("QueryResults"),
                "SrcProcessName": get("Image"),
            }
        case _:
            return None


def asim_process(event: Event) -> dict[str, Any]:
    """Return the columns of `_Im_ProcessCreate`."""
    get = event.get
    return {
        "EventType": "ProcessCreated",
        "TargetProcessName": get("Image"),
        "TargetProcessCommandLine": get("CommandLine"),
        "CommandLine": get("CommandLine"),
        "TargetProcessId": get("ProcessId"),
        "TargetProcessCurrentDirectory": get("CurrentDirectory"),
        "TargetProcessIntegrityLevel": get("IntegrityLevel"),
        "TargetProcessFileOriginalName": get("OriginalFileName"),
        "TargetProcessFileDescription": get("Description"),
        "TargetProcessFileCompany": get("Company"),
        "TargetProcessFileProduct": get("Product"),
        "TargetProcessFileVersion": get("FileVersion"),
        "TargetUsername": get("User"),
        "TargetUserSessionId": get("LogonId"),
        "ActingProcessName": get("ParentImage"),
        "ActingProcessCommandLine": get("ParentCommandLine"),
        "ActorUsername": get("ParentUser"),
        **hash_columns(get("Hashes"), "TargetProcess"),
    }


def asim_network(event: Event) -> dict[str, Any]:
    """Return the columns of `_Im_NetworkSession`; the process is on the local side."""
    get = event.get
    out = str(get("Initiated", "")).lower() == "true"
    side = "Src" if out else "Dst"
    return {
        "EventType": "EndpointNetworkSession",
        "NetworkDirection": "Outbound" if out else "Inbound",
        "NetworkProtocol": str(get("Protocol", "")).upper(),
        "NetworkProtocolVersion": "IPv6" if ":" in str(get("SourceIp", "")) else "IPv4",
        "SrcIpAddr": get("SourceIp"),
        "SrcPortNumber": get("SourcePort"),
        "SrcHostname": get("SourceHostname"),
        "DstIpAddr": get("DestinationIp"),
        "DstPortNumber": get("DestinationPort"),
        "DstHostname": get("DestinationHostname"),
        f"{side}ProcessName": get("Image"),
        f"{side}Username": get("User"),
    }


def raw(number: int, event: Event) -> Made:
    """Return the row of `WindowsEvent`: the event's own fields in a bag."""
    del number
    headers = ("EventID", "Channel", "Provider_Name")
    bag = {name: text_of(value) for name, value in event.items() if name not in headers}
    return "WindowsEvent", {
        "EventID": event["EventID"],
        "Channel": event.get("Channel"),
        "Provider": event.get("Provider_Name") or event.get("SourceName"),
        BAG: {name: value for name, value in bag.items() if value != ""},
    }


MAKERS: dict[str, Callable[[int, Event], Made]] = {
    "defender-xdr": device,
    "sentinel-asim": asim,
    "sentinel": raw,
}


def text_of(value: Any) -> Any:
    """Return a value as the collector writes it: as text, but for what has parts."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, dict | list) else "" if value is None else str(value)


def last(path: Any) -> str:
    """Return the last name of a path."""
    return str(path or "").rpartition("\\")[2]


def account(prefix: str, user: Any) -> dict[str, str]:
    """Return a user of a domain in two columns."""
    domain, _, name = str(user or "").rpartition("\\")
    return {f"{prefix}Domain": domain, f"{prefix}Name": name}


def hash_columns(hashes: Any, prefix: str) -> dict[str, str]:
    """Return the hashes of a text such as `SHA1=…,MD5=…` in columns."""
    pairs = re.findall(r"(\w+)=([0-9A-Fa-f]+)", str(hashes or ""))
    return {f"{prefix}{kind}": digits for kind, digits in pairs}


def registry(event: Event, action: str, value_column: str) -> dict[str, Any]:
    """Return the columns of a registry event: hive spelled out, value apart from key."""
    kind = REGISTRY.get(str(event.get("EventType", "")), "RegistryValueSet")
    target = str(event.get("TargetObject", ""))
    for short, spelled in HIVES:
        if target.startswith(short):
            target = spelled + target[len(short) :]
    columns: dict[str, Any] = {action: kind, "RegistryKey": target}
    if kind.startswith("RegistryValue"):
        key, _, value = target.rpartition("\\")
        columns |= {"RegistryKey": key, value_column: "" if value == "(Default)" else value}
        columns |= registry_data(str(event.get("Details", "")))
    return columns


def registry_data(details: str) -> dict[str, str]:
    """Return the columns for what Sysmon calls a registry value's details."""
    match = re.fullmatch(r"([DQ])WORD \(0x([0-9a-fA-F]+)(?:-0x([0-9a-fA-F]+))?\)", details)
    if match is not None:
        number = int(match[2] + (match[3] or ""), 16)
        return {"RegistryValueData": str(number), "RegistryValueType": f"{match[1].title()}word"}
    if details == "Binary Data":
        return {"RegistryValueData": "0A0B", "RegistryValueType": "Binary"}
    if details == "(Empty)":
        return {"RegistryValueType": "String"}
    return {"RegistryValueData": details, "RegistryValueType": "String"}
