"""The form `hunting`: hunting queries as the public repository keeps them."""

from collections.abc import Sequence
from typing import Any

from .analytics import VERSION, connectors, mappings
from .detection import Detection
from .yamltext import write_yaml


def document(detections: Sequence[Detection]) -> str:
    """Return a YAML document for each query."""
    return "---\n".join(write_yaml(query(each)) for each in detections)


def query(detection: Detection) -> dict[str, Any]:
    """Return a hunting query as data."""
    data: dict[str, Any] = {
        "id": detection.id,
        "name": detection.name,
        "description": detection.description,
        "requiredDataConnectors": connectors(detection),
        "tactics": list(detection.tactics),
        "relevantTechniques": list(detection.techniques),
        "query": detection.query + "\n",
    }
    if detection.entities:
        data["entityMappings"] = mappings(detection.entities)
    data["version"] = VERSION
    return data
