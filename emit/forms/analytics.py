"""The form `analytics`: scheduled and near-real-time rules as the public repository keeps them."""

from collections.abc import Iterable, Sequence
from typing import Any

from .detection import Detection, Entity
from .yamltext import write_yaml

VERSION = "1.0.0"


def document(detections: Sequence[Detection]) -> str:
    """Return a YAML document for each rule."""
    return "---\n".join(write_yaml(rule(each)) for each in detections)


def rule(detection: Detection) -> dict[str, Any]:
    """Return a rule as data."""
    options = detection.options
    data: dict[str, Any] = {
        "id": detection.id,
        "name": detection.name,
        "description": detection.description,
        "severity": detection.severity,
        "status": "Available",
        "requiredDataConnectors": connectors(detection),
    }
    if not options.near_real_time:
        data |= {
            "queryFrequency": options.frequency,
            "queryPeriod": options.period,
            "triggerOperator": "gt",
            "triggerThreshold": 0,
        }
    data |= {
        "tactics": list(detection.tactics),
        "relevantTechniques": list(detection.techniques),
        "query": detection.query + "\n",
    }
    if detection.entities:
        data["entityMappings"] = mappings(detection.entities)
    if detection.details:
        data["customDetails"] = dict(detection.details)
    data["eventGroupingSettings"] = {"aggregationKind": "SingleAlert"}
    data["version"] = VERSION
    data["kind"] = "NRT" if options.near_real_time else "Scheduled"
    if detection.author:
        data["metadata"] = {"author": {"name": detection.author}}
    return data


def connectors(detection: Detection) -> list[dict[str, Any]]:
    """Return the connectors that fill the table."""
    found: dict[str, list[str]] = {}
    for connector, kind in detection.connectors:
        found.setdefault(connector, []).append(kind)
    return [{"connectorId": connector, "dataTypes": kinds} for connector, kinds in found.items()]


def mappings(entities: Iterable[Entity]) -> list[dict[str, Any]]:
    """Return which columns identify which entities."""
    return [
        {
            "entityType": entity.type,
            "fieldMappings": [
                {"identifier": identifier, "columnName": column}
                for identifier, column in entity.identifiers
            ],
        }
        for entity in entities
    ]
