"""The form `arm`: an ARM template with analytics rules, as Sentinel's repositories deploy it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from .analytics import VERSION, mappings
from .detection import Detection

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
API_VERSION = "2023-12-01-preview"
KIND = "Microsoft.OperationalInsights/workspaces/providers/alertRules"
_SPAN = re.compile(r"(\d+)([mhd])")


def document(detections: Sequence[Detection]) -> str:
    """Return one template with a resource for each rule."""
    template = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"workspace": {"type": "String"}},
        "resources": [resource(each) for each in detections],
    }
    return json.dumps(template, indent=2, ensure_ascii=False) + "\n"


def resource(detection: Detection) -> dict[str, Any]:
    """Return the resource for a rule."""
    name = f"'/Microsoft.SecurityInsights/{detection.id}'"
    return {
        "type": KIND,
        "apiVersion": API_VERSION,
        "name": f"[concat(parameters('workspace'), {name})]",
        "kind": kind(detection),
        "properties": escaped(properties(detection)),
    }


def kind(detection: Detection) -> str:
    """Return the kind of rule."""
    return "NRT" if detection.options.near_real_time else "Scheduled"


def properties(detection: Detection) -> dict[str, Any]:
    """Return what the service keeps of a rule."""
    options = detection.options
    data: dict[str, Any] = {
        "displayName": detection.name,
        "description": detection.description,
        "severity": detection.severity,
        "enabled": options.enabled,
        "query": detection.query,
    }
    if not options.near_real_time:
        data |= {
            "queryFrequency": iso_span(options.frequency),
            "queryPeriod": iso_span(options.period),
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
        }
    data |= {
        "suppressionDuration": "PT1H",
        "suppressionEnabled": False,
        "tactics": list(detection.tactics),
        "techniques": _main(detection),
    }
    if detection.entities:
        data["entityMappings"] = mappings(detection.entities)
    if detection.details:
        data["customDetails"] = dict(detection.details)
    data["incidentConfiguration"] = {"createIncident": True}
    data["eventGroupingSettings"] = {"aggregationKind": "SingleAlert"}
    data["templateVersion"] = VERSION
    return data


def _main(detection: Detection) -> list[str]:
    """Return the techniques without their sub-techniques, which the service keeps apart."""
    return list(dict.fromkeys(each.partition(".")[0] for each in detection.techniques))


def iso_span(text: str) -> str:
    """Return a span such as `5m` as `PT5M`; any other text as it is."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return text
    number, unit = found.groups()
    return f"P{number}D" if unit == "d" else f"PT{number}{unit.upper()}"


def escaped(value: Any) -> Any:  # noqa: ANN401 - plain data of any kind
    """Return data in which no text is taken for an expression of the template language."""
    if isinstance(value, str):
        return "[" + value if value.startswith("[") else value
    if isinstance(value, list):
        return [escaped(each) for each in value]
    if isinstance(value, dict):
        return {key: escaped(each) for key, each in value.items()}
    return value
