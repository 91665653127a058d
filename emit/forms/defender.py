"""The form `defender`: custom detections of Microsoft Defender, as its interface takes them.

A detection has to return the time, `ReportId` and a column that says whom it is about; queries
here end in whole rows, so the table must have those columns. It runs every hour and looks four
hours back.
"""

import json
from collections.abc import Sequence
from typing import Any

from .detection import Detection

LOOKBACK = "4h"
PERIOD = "1H"
TIMES = ("Timestamp", "TimeGenerated")
REPORT = "ReportId"
ASSETS = (
    ("DeviceId", "impactedDeviceAsset", "deviceId"),
    ("AccountObjectId", "impactedUserAsset", "accountObjectId"),
    ("AccountUpn", "impactedUserAsset", "accountUpn"),
    ("RecipientEmailAddress", "impactedMailboxAsset", "recipientEmailAddress"),
)
"""Columns that say whom a detection is about, with the type and identifier of the asset."""


def document(detections: Sequence[Detection]) -> str:
    """Return a detection, or a list of several, as JSON."""
    data = [detection_data(each) for each in detections]
    whole = data[0] if len(data) == 1 else data
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def lacking(detection: Detection) -> str:
    """Return what keeps a query from being a custom detection, or empty."""
    columns = set(detection.columns)
    if not columns & set(TIMES):
        return "no column of the time"
    if REPORT not in columns:
        return f"no column `{REPORT}`"
    if not columns & {column for column, _, _ in ASSETS}:
        return "no column that says whom it is about"
    return ""


def detection_data(detection: Detection) -> dict[str, Any]:
    """Return a custom detection as data."""
    return {
        "displayName": detection.name,
        "isEnabled": detection.options.enabled,
        "queryCondition": {"queryText": detection.query},
        "schedule": {"period": "0" if detection.options.near_real_time else PERIOD},
        "detectionAction": {
            "alertTemplate": {
                "title": detection.name,
                "description": detection.description,
                "severity": detection.severity.lower(),
                "category": detection.tactics[0] if detection.tactics else "SuspiciousActivity",
                "mitreTechniques": list(detection.techniques),
                "recommendedActions": "",
                "impactedAssets": [
                    {"@odata.type": f"#microsoft.graph.security.{kind}", "identifier": identifier}
                    for column, kind, identifier in ASSETS
                    if column in detection.columns
                ][:1],
            },
            "organizationalScope": None,
            "responseActions": [],
        },
    }
