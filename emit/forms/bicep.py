"""The form `bicep`: analytics rules in Bicep, with the same properties as in an ARM template."""

import re
from collections.abc import Sequence
from typing import Any

from .arm import API_VERSION, kind, properties
from .detection import Detection

HEAD = """\
param workspace string

resource sentinel 'Microsoft.OperationalInsights/workspaces@2022-10-01' existing = {
  name: workspace
}
"""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def document(detections: Sequence[Detection]) -> str:
    """Return one file with a resource for each rule."""
    return "\n".join([HEAD, *(_resource(each) for each in detections)])


def _resource(detection: Detection) -> str:
    body = {
        "scope": None,
        "name": detection.id,
        "kind": kind(detection),
        "properties": properties(detection),
    }
    text = value_text(body).replace("scope: null", "scope: sentinel", 1)
    name = "rule_" + detection.id.replace("-", "_")
    return f"resource {name} 'Microsoft.SecurityInsights/alertRules@{API_VERSION}' = {text}\n"


def value_text(value: Any, depth: int = 0) -> str:  # noqa: ANN401 - plain data of any kind
    """Return plain data in Bicep."""
    pad, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict):
        lines = [f"{pad}{_key(key)}: {value_text(each, depth + 1)}" for key, each in value.items()]
        return "\n".join(["{", *lines, end + "}"]) if lines else "{}"
    if isinstance(value, list):
        lines = [pad + value_text(each, depth + 1) for each in value]
        return "\n".join(["[", *lines, end + "]"]) if lines else "[]"
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else text_literal(name)


def text_literal(text: str) -> str:
    """Return a text as a literal of Bicep."""
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return "'" + escaped.replace("${", "\\${") + "'"
