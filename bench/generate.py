"""Events of our own that repeat themselves as real streams do.

What matters for a matcher that remembers is how often values come again: in real streams of
Windows events images, targets and access masks hardly ever are new, every third to second command
line is, and process ids, GUIDs and times always are. The numbers below are those of the streams
that ``docs/benchmarks.md`` describes.
"""

import json
import random
from collections.abc import Callable, Iterator

Make = Callable[[random.Random], dict[str, object]]
SYSMON = "Microsoft-Windows-Sysmon"
_TEXT = (
    "update sync report backup config service agent monitor cache install session export import",
    "network audit policy driver printer search index media device health task runtime",
)
WORDS = " ".join(_TEXT).split()
FOLDERS = ("C:\\Windows\\System32", "C:\\Program Files\\Vendor", "C:\\Users\\ada\\AppData\\Local")
SHARES = {
    "mixed": ((0.55, "access"), (0.2, "registry"), (0.15, "load"), (0.1, "process")),
    "mixed-4103": ((0.5, "access"), (0.3, "registry"), (0.16, "load"), (0.04, "module")),
    "nested": ((0.55, "access"), (0.25, "registry"), (0.2, "load")),
    "process": ((1.0, "process"),),
}


def generate(name: str, count: int) -> Iterator[bytes]:
    """Go through lines of JSON of a stream, always the same ones."""
    chance = random.Random(name)
    shares = SHARES[name]
    for _ in range(count):
        kind = chance.choices([kind for _, kind in shares], [share for share, _ in shares])[0]
        event = KINDS[kind](chance)
        yield json.dumps(_nested(event) if name == "nested" else event).encode() + b"\n"


def _image(chance: random.Random) -> str:
    """Return the path of a program, one of some dozens."""
    return f"{chance.choice(FOLDERS)}\\{chance.choice(WORDS)}.exe"


def _guid(chance: random.Random) -> str:
    """Return a GUID that never was."""
    text = f"{chance.getrandbits(128):032x}"
    return "{" + "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])) + "}"


def _head(chance: random.Random, number: int) -> dict[str, object]:
    """Return the header of a Sysmon event."""
    return {
        "Provider_Name": SYSMON,
        "EventID": number,
        "Version": None,
        "Level": "4",
        "Keywords": "0x8000000000000000",
        "SystemTime": f"2024-05-01T12:{chance.randrange(60):02}:{chance.randrange(60):02}.123Z",
        "Channel": f"{SYSMON}/Operational",
        "Computer": "host01.example.com",
        "RuleName": "-",
    }


def _access(chance: random.Random) -> dict[str, object]:
    """Return a process access."""
    trace = "|".join(
        f"C:\\Windows\\SYSTEM32\\{chance.choice(WORDS[:4])}.dll+{offset:x}"
        for offset in chance.choices(range(0x1000, 0x1010), k=chance.randint(3, 10))
    )
    return {
        **_head(chance, 10),
        "SourceProcessGUID": _guid(chance),
        "SourceProcessId": str(chance.randrange(1 << 16)),
        "SourceImage": _image(chance),
        "TargetProcessGUID": _guid(chance),
        "TargetImage": _image(chance),
        "GrantedAccess": chance.choice(["0x1000", "0x1400", "0x101000", "0x1fffff"]),
        "CallTrace": trace,
    }


def _registry(chance: random.Random) -> dict[str, object]:
    """Return a registry value set."""
    new = chance.random() < 0.4
    leaf = f"{chance.getrandbits(64):x}" if new else chance.choice(WORDS)
    return {
        **_head(chance, 13),
        "EventType": "SetValue",
        "ProcessGuid": _guid(chance),
        "Image": _image(chance),
        "TargetObject": f"HKLM\\SOFTWARE\\Vendor\\{chance.choice(WORDS)}\\{leaf}",
        "Details": chance.choice(["DWORD (0x00000001)", "Binary Data", "(Empty)"]),
    }


def _load(chance: random.Random) -> dict[str, object]:
    """Return an image load."""
    digest = random.Random(chance.randrange(2000))
    return {
        **_head(chance, 7),
        "ProcessGuid": _guid(chance),
        "Image": _image(chance),
        "ImageLoaded": f"C:\\Windows\\System32\\{chance.choice(WORDS)}{chance.randrange(50)}.dll",
        "Hashes": f"SHA256={digest.getrandbits(256):064X},IMPHASH={digest.getrandbits(128):032X}",
        "Signed": "true",
    }


def _process(chance: random.Random) -> dict[str, object]:
    """Return a process creation; 45 in 100 command lines never were."""
    image = _image(chance)
    rest = " ".join(chance.choices(WORDS, k=chance.randint(2, 9)))
    if chance.random() < 0.45:
        rest += f" --session-{chance.getrandbits(64):x}"
    else:
        rest = chance.choice(["-k netsvcs -p", "/c echo done", "--type=renderer", rest[:9]])
    return {
        **_head(chance, 1),
        "ProcessGuid": _guid(chance),
        "ProcessId": str(chance.randrange(1 << 16)),
        "Image": image,
        "OriginalFileName": image.rpartition("\\")[2],
        "CommandLine": f'"{image}" {rest}',
        "CurrentDirectory": chance.choice(FOLDERS) + "\\",
        "User": "EXAMPLE\\ada",
        "IntegrityLevel": "Medium",
        "ParentImage": _image(chance),
        "ParentCommandLine": f"{_image(chance)} {chance.choice(WORDS)}",
    }


def _module(chance: random.Random) -> dict[str, object]:
    """Return an event of PowerShell's module log, whose long context never was."""
    context = "\n".join(f"        {word} = {chance.getrandbits(128):x}" for word in WORDS * 4)
    return {
        **_head(chance, 4103),
        "Provider_Name": "Microsoft-Windows-PowerShell",
        "Channel": "Microsoft-Windows-PowerShell/Operational",
        "ContextInfo": context,
        "Payload": f'CommandInvocation({chance.choice(WORDS)}): "{chance.choice(WORDS)}"',
    }


KINDS: dict[str, Make] = {
    "access": _access,
    "registry": _registry,
    "load": _load,
    "process": _process,
    "module": _module,
}


def _nested(event: dict[str, object]) -> dict[str, object]:
    """Return an event as a decoder of EVTX gives it."""
    system = {key: event[key] for key in ("EventID", "Version", "Level", "Channel", "Computer")}
    system["Provider"] = {"#attributes": {"Name": event["Provider_Name"]}}
    data = {key: value for key, value in event.items() if key not in system}
    return {"Event": {"System": system, "EventData": data}}
