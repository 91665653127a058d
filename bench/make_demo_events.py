"""Makes the events of the demonstration: a working day of a small company, with an intrusion.

Run `python bench/make_demo_events.py`: it writes `rules/starter/events/` anew, always the same.
Every starter rule finds something among thousands of events that nothing should be found in.
The noise of each source is drawn from small tables; the attacks stand in `demo_attacks.py`.
"""

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import demo_attacks as attacks

Event = dict[str, Any]
Noise = Callable[[random.Random, datetime], Event]

FOLDER = Path(__file__).parent.parent / "rules" / "starter" / "events"
DAY = datetime(2026, 8, 20, 6, 0, 0)  # noqa: DTZ001 - every source writes UTC in its own way
SYSMON = "Microsoft-Windows-Sysmon/Operational"
USERS = ("anna", "ben", "clara", "david", "eve", "farid", "grace", "hugo")
HOSTS = ("WS-ANNA", "WS-BEN", "WS-CLARA", "WS-DAVID", "WS-EVE", "SRV-FILES", "SRV-DC1")
SERVERS = ("web-1", "web-2", "db-1", "build-1")

PROGRAMS = (
    (
        r"C:\Windows\System32\svchost.exe",
        "svchost.exe -k netsvcs -p",
        r"C:\Windows\System32\services.exe",
    ),
    (
        r"C:\Windows\System32\backgroundTaskHost.exe",
        "backgroundTaskHost.exe -ServerName:App",
        r"C:\Windows\System32\svchost.exe",
    ),
    (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        "chrome.exe --type=renderer",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ),
    (
        r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
        "WINWORD.EXE /n",
        r"C:\Windows\explorer.exe",
    ),
    (
        r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE",
        "OUTLOOK.EXE",
        r"C:\Windows\explorer.exe",
    ),
    (
        r"C:\Windows\System32\conhost.exe",
        "conhost.exe 0xffffffff -ForceV1",
        r"C:\Windows\System32\cmd.exe",
    ),
    (r"C:\Windows\System32\cmd.exe", "cmd /c dir C:\\Data", r"C:\Windows\explorer.exe"),
    (
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        "powershell -File C:\\Scripts\\inventory.ps1",
        r"C:\Windows\System32\taskeng.exe",
    ),
    (r"C:\Windows\System32\certutil.exe", "certutil -store my", r"C:\Windows\System32\cmd.exe"),
    (
        r"C:\Program Files\RustDesk\rustdesk.exe",
        "rustdesk.exe --service",
        r"C:\Windows\System32\services.exe",
    ),
)
LINUX_PROGRAMS = (
    ("/usr/bin/bash", "bash /opt/app/health.sh", "/usr/sbin/cron"),
    ("/usr/bin/python3.11", "python3 /opt/app/worker.py", "/usr/lib/systemd/systemd"),
    ("/usr/bin/ps", "ps aux", "/usr/bin/bash"),
    ("/usr/bin/grep", "grep -c ERROR /var/log/app.log", "/usr/bin/bash"),
    ("/usr/sbin/nginx", "nginx: worker process", "/usr/sbin/nginx"),
    ("/usr/bin/ssh", "ssh db-1", "/usr/bin/bash"),
    ("/usr/sbin/logrotate", "logrotate /etc/logrotate.conf", "/usr/bin/run-parts"),
    ("/usr/bin/apt-get", "apt-get -qq update", "/usr/bin/dash"),
)
NAMES = (
    "www.example.org",
    "login.example.com",
    "mirror.example.net",
    "cdn.example.org",
    "api.example.com",
    "time.example.net",
)
CALLS = (
    ("ec2", "DescribeInstances"),
    ("s3", "GetObject"),
    ("s3", "ListBuckets"),
    ("sts", "AssumeRole"),
    ("kms", "Decrypt"),
    ("logs", "PutLogEvents"),
    ("iam", "GetUser"),
    ("cloudtrail", "LookupEvents"),
    ("lambda", "ListFunctions"),
    ("ec2", "DescribeSecurityGroups"),
)


def main() -> None:
    """Write every file."""
    rng = random.Random(20260820)
    FOLDER.mkdir(parents=True, exist_ok=True)
    windows = mixed(rng, windows_noise, 2600, attacks.WINDOWS)
    write_lines("windows.jsonl.gz", windows)
    write_text(
        "windows_system.json",
        json.dumps([nested(e) for e in mixed(rng, system_noise, 120, attacks.SYSTEM)], indent=1),
    )
    write_lines("linux_sysmon.jsonl.gz", mixed(rng, linux_noise, 1800, attacks.LINUX))
    write_lines("cloudtrail.jsonl.gz", mixed(rng, cloudtrail_noise, 700, attacks.CLOUDTRAIL))
    write_lines("zeek_conn.jsonl.gz", mixed(rng, conn_noise, 1200, attacks.ZEEK_CONN))
    write_lines("zeek_dns.jsonl.gz", mixed(rng, dns_noise, 900, attacks.ZEEK_DNS))
    write_lines("proxy.jsonl", mixed(rng, proxy_noise, 260, attacks.PROXY))
    write_lines("entra.jsonl", mixed(rng, entra_noise, 120, attacks.ENTRA))
    write_lines("okta.jsonl", mixed(rng, okta_noise, 90, attacks.OKTA))
    write_text("audit.log", "".join(audit_lines(rng)))
    write_text("web_access.log", "".join(access_lines(rng)))


def mixed(rng: random.Random, noise: Noise, count: int, found: Iterable[Event]) -> list[Event]:
    """Return events of a day in the order of time, attacks at times of their own."""
    times = sorted(rng.uniform(0, 12 * 3600) for _ in range(count))
    timed = [(seconds, noise(rng, DAY + timedelta(seconds=seconds))) for seconds in times]
    for event in found:
        seconds = float(event["at"])
        told = {key: value for key, value in event.items() if key != "at"}
        base = noise(rng, DAY + timedelta(seconds=seconds))
        timed.append((seconds, completed(base, told)))
    return [event for _, event in sorted(timed, key=lambda pair: pair[0])]


def completed(base: Event, told: Event) -> Event:
    """Return an attack with the header fields that its source always writes."""
    keep = (
        "Channel",
        "Provider_Name",
        "Computer",
        "UtcTime",
        "TimeCreated",
        "eventTime",
        "ts",
        "eventVersion",
        "awsRegion",
        "recipientAccountId",
        "uid",
        "_path",
        "proto",
        "time",
        "category",
        "tenantId",
        "published",
        "uuid",
        "version",
        "date",
        "cs-version",
        "ProcessGuid",
        "c-ip",
        "eventID",
    )
    return {**{key: base[key] for key in keep if key in base}, **told}


def guid(rng: random.Random) -> str:
    """Return an identifier in the form that Windows has."""
    digits = f"{rng.getrandbits(128):032X}"
    return f"{{{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}}}"


def clock(time: datetime) -> str:
    """Return a time as Sysmon writes it."""
    return time.strftime("%Y-%m-%d %H:%M:%S.") + f"{time.microsecond // 1000:03d}"


def instant(time: datetime) -> str:
    """Return a time as cloud services write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def windows_noise(rng: random.Random, time: datetime) -> Event:
    """Return an event of Sysmon or of the Security log."""
    host, user = rng.choice(HOSTS), rng.choice(USERS)
    event: Event = {
        "EventID": 1,
        "Channel": SYSMON,
        "Provider_Name": "Microsoft-Windows-Sysmon",
        "Computer": f"{host}.example.com",
        "UtcTime": clock(time),
        "ProcessGuid": guid(rng),
    }
    kind = rng.choice(("start", "start", "start", "connect", "lookup", "value", "logon", "access"))
    image, command, parent = rng.choice(PROGRAMS)
    if kind == "start":
        event |= {
            "ProcessId": rng.randrange(800, 16000, 4),
            "Image": image,
            "OriginalFileName": image.rsplit("\\", 1)[1],
            "CommandLine": command,
            "User": f"EXAMPLE\\{user}",
            "IntegrityLevel": "Medium",
            "ParentImage": parent,
        }
    elif kind == "connect":
        event |= {
            "EventID": 3,
            "Image": image,
            "Initiated": True,
            "Protocol": "tcp",
            "SourceIp": address(rng),
            "DestinationIp": address(rng),
            "DestinationPort": rng.choice((80, 443, 445, 389)),
        }
    elif kind == "lookup":
        event |= {"EventID": 22, "Image": image, "QueryName": rng.choice(NAMES), "QueryStatus": "0"}
    elif kind == "value":
        event |= {
            "EventID": 13,
            "EventType": "SetValue",
            "Image": image,
            "Details": "DWORD (0x00000001)",
            "TargetObject": rf"HKU\S-1-5-21-7-{rng.randrange(1100, 1120)}\Software\Office",
        }
    elif kind == "access":
        event |= {
            "EventID": 10,
            "SourceImage": r"C:\Windows\System32\svchost.exe",
            "GrantedAccess": "0x1000",
            "TargetImage": r"C:\Windows\System32\lsass.exe",
            "CallTrace": r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4",
        }
    else:
        event |= {
            "EventID": 4624,
            "Channel": "Security",
            "Provider_Name": "Microsoft-Windows-Security-Auditing",
            "LogonType": rng.choice((2, 3, 3, 5)),
            "IpAddress": rng.choice(("-", address(rng), "::1")),
            "TargetUserName": rng.choice((user, f"{host}$")),
            "TargetUserSid": f"S-1-5-21-7-{rng.randrange(1100, 1120)}",
        }
    return event


def system_noise(rng: random.Random, time: datetime) -> Event:
    """Return an event of the System log."""
    return {
        "EventID": 7036,
        "Channel": "System",
        "Provider_Name": "Service Control Manager",
        "Computer": f"{rng.choice(HOSTS)}.example.com",
        "TimeCreated": instant(time),
        "param1": rng.choice(("Windows Update", "BITS", "Print Spooler")),
        "param2": rng.choice(("running", "stopped")),
    }


def nested(event: Event) -> Event:
    """Return an event in the layout of a decoded EVTX file."""
    data = {
        key: value
        for key, value in event.items()
        if key not in ("EventID", "Channel", "Provider_Name", "Computer", "TimeCreated")
    }
    system = {
        "Provider": {"#attributes": {"Name": event["Provider_Name"]}},
        "EventID": event["EventID"],
        "Channel": event["Channel"],
        "Computer": event["Computer"],
        "TimeCreated": {"#attributes": {"SystemTime": event["TimeCreated"]}},
    }
    return {"Event": {"System": system, "EventData": data}}


def linux_noise(rng: random.Random, time: datetime) -> Event:
    """Return an event of Sysmon for Linux."""
    image, command, parent = rng.choice(LINUX_PROGRAMS)
    event: Event = {
        "EventID": 1,
        "Channel": "Linux-Sysmon/Operational",
        "Computer": rng.choice(SERVERS),
        "UtcTime": clock(time),
        "ProcessGuid": guid(rng),
        "Image": image,
        "User": rng.choice(("root", "www-data", "anna", "postgres")),
    }
    kind = rng.choice(("start", "start", "connect", "file"))
    if kind == "start":
        event |= {"CommandLine": command, "ParentImage": parent, "CurrentDirectory": "/"}
        if parent == "/usr/sbin/nginx":
            event["User"] = "www-data"
    elif kind == "connect":
        image = rng.choice(
            ("/usr/bin/python3.11", "/usr/bin/ssh", "/usr/sbin/nginx", "/usr/bin/bash")
        )
        inside = "127.0.0.1" if image == "/usr/bin/bash" else address(rng)
        event |= {
            "EventID": 3,
            "Image": image,
            "Protocol": "tcp",
            "Initiated": True,
            "SourceIp": address(rng),
            "DestinationIp": inside,
            "DestinationPort": rng.choice((22, 53, 443, 5432)),
        }
    else:
        event |= {
            "EventID": 11,
            "TargetFilename": rng.choice(
                ("/var/log/app.log", "/srv/build/a.o", "/var/lib/dpkg/status")
            ),
        }
    return event


def cloudtrail_noise(rng: random.Random, time: datetime) -> Event:
    """Return a call in an AWS account."""
    service, name = rng.choice(CALLS)
    person = {"type": "IAMUser", "userName": rng.choice(USERS), "accountId": "111122223333"}
    machine = {
        "type": "AssumedRole",
        "accountId": "111122223333",
        "arn": f"arn:aws:sts::111122223333:assumed-role/web/i-0{rng.getrandbits(60):015x}0",
    }
    return {
        "eventVersion": "1.11",
        "eventTime": instant(time),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "recipientAccountId": "111122223333",
        "eventID": guid(rng)[1:-1].lower(),
        "eventType": "AwsApiCall",
        "userIdentity": rng.choice((person, machine)),
        "sourceIPAddress": rng.choice((address(rng), "ec2.amazonaws.com")),
        "userAgent": "Boto3/1.35",
        "readOnly": True,
    }


def conn_noise(rng: random.Random, time: datetime) -> Event:
    """Return a connection that Zeek saw."""
    return {
        "_path": "conn",
        "_write_ts": instant(time),
        "ts": instant(time),
        "uid": f"C{rng.getrandbits(80):020x}",
        "proto": "tcp",
        "id.orig_h": address(rng),
        "id.orig_p": rng.randrange(32768, 61000),
        "id.resp_h": rng.choice((address(rng), "93.184.216.34")),
        "id.resp_p": rng.choice((53, 80, 443, 445)),
        "conn_state": rng.choice(("SF", "SF", "S0", "REJ")),
        "orig_bytes": rng.randrange(100, 90000),
        "resp_bytes": rng.randrange(100, 900000),
    }


def dns_noise(rng: random.Random, time: datetime) -> Event:
    """Return a query that Zeek saw."""
    return {
        "_path": "dns",
        "_write_ts": instant(time),
        "ts": instant(time),
        "uid": f"C{rng.getrandbits(80):020x}",
        "proto": "udp",
        "id.orig_h": address(rng),
        "id.resp_h": "10.1.0.1",
        "id.resp_p": 53,
        "query": rng.choice(NAMES),
        "qtype_name": rng.choice(("A", "AAAA", "HTTPS")),
        "rcode_name": "NOERROR",
        "rejected": False,
    }


def proxy_noise(rng: random.Random, time: datetime) -> Event:
    """Return a request through the proxy."""
    host = rng.choice(NAMES)
    return {
        "date": time.strftime("%Y-%m-%d"),
        "time": time.strftime("%H:%M:%S"),
        "c-ip": address(rng),
        "cs-method": "GET",
        "c-uri": f"https://{host}/p/{rng.randrange(9999)}",
        "cs-host": host,
        "c-uri-extension": "",
        "sc-status": rng.choice((200, 200, 304, 404)),
        "c-useragent": "Mozilla/5.0",
    }


def entra_noise(rng: random.Random, time: datetime) -> Event:
    """Return a sign-in."""
    return {
        "category": "SignInLogs",
        "time": instant(time),
        "tenantId": "11111111-2222-3333-4444-555555555555",
        "operationName": "Sign-in activity",
        "resultType": rng.choice(("0", "0", "50126")),
        "properties": {
            "userPrincipalName": f"{rng.choice(USERS)}@example.com",
            "clientAppUsed": rng.choice(("Browser", "Mobile Apps and Desktop clients")),
            "ipAddress": "93.184.216.34",
        },
    }


def okta_noise(rng: random.Random, time: datetime) -> Event:
    """Return an event of the identity provider."""
    return {
        "published": instant(time),
        "uuid": guid(rng)[1:-1].lower(),
        "version": "0",
        "eventType": rng.choice(("user.session.start", "user.authentication.sso")),
        "actor": {
            "id": f"00u{rng.randrange(8)}",
            "type": "User",
            "alternateId": f"{rng.choice(USERS)}@example.com",
        },
        "outcome": {"result": "SUCCESS"},
        "target": [],
    }


def audit_lines(rng: random.Random) -> Iterator[str]:
    """Go through the records of the audit daemon."""
    serial = 4000
    found = dict(attacks.AUDIT)
    for index in range(240):
        serial += 1
        stamp = f"audit({1787205600 + index * 170}.{rng.randrange(1000):03d}:{serial})"
        if index in found:
            yield from (line.replace("@STAMP@", stamp) + "\n" for line in found[index])
            continue
        exe = rng.choice(
            ("/usr/bin/bash", "/usr/bin/python3.11", "/usr/sbin/sshd", "/usr/bin/kmod")
        )
        call = 313 if exe == "/usr/bin/kmod" else 59
        name = exe.rsplit("/", 1)[1]
        yield (
            f"type=SYSCALL msg={stamp}: arch=c000003e syscall={call} success=yes exit=0 items=1 "
            f"ppid=812 pid={rng.randrange(900, 32000)} auid=1000 uid=0 gid=0 tty=(none) ses=2 "
            f'comm="{name}" exe="{exe}" key="watch"\n'
        )
        yield f'type=PATH msg={stamp}: item=0 name="/etc/passwd" mode=0100644 nametype=NORMAL\n'


def access_lines(rng: random.Random) -> Iterator[str]:
    """Go through the lines of a web server's log, in the combined format."""
    found = dict(attacks.ACCESS)
    for index in range(420):
        time = DAY + timedelta(seconds=index * 97 + rng.randrange(60))
        stamp = time.strftime("%d/%b/%Y:%H:%M:%S +0000")
        request, status, agent = found.get(index) or (
            f"GET /item/{rng.randrange(500)}?page={rng.randrange(9)} HTTP/1.1",
            200,
            "Mozilla/5.0 (X11; Linux x86_64)",
        )
        client = (
            "93.184.216.34"
            if index in found
            else f"93.184.{rng.randrange(256)}.{rng.randrange(256)}"
        )
        size = rng.randrange(200, 9000)
        yield f'{client} - - [{stamp}] "{request}" {status} {size} "-" "{agent}"\n'


def address(rng: random.Random) -> str:
    """Return an address of the own network."""
    return f"10.1.{rng.randrange(8)}.{rng.randrange(2, 250)}"


def write_lines(name: str, events: Iterable[Event]) -> None:
    """Write events as JSON lines, packed where the name says so."""
    text = "".join(
        json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n" for event in events
    )
    write_text(name, text)


def write_text(name: str, text: str) -> None:
    """Write a text, packed where the name says so; the same text always gives the same bytes."""
    data = text.encode()
    (FOLDER / name).write_bytes(gzip.compress(data, 9, mtime=0) if name.endswith(".gz") else data)


if __name__ == "__main__":
    main()
