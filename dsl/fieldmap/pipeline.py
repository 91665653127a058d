"""Processing pipelines of pySigma, as far as they are field maps.

In goes the data of a pipeline file, out comes data in the form of a field map. Taken are field
mappings, prefixes of field names, added conditions and table names, each for the log sources of
its rule conditions. What a pipeline does beyond that is refused with its name: half a pipeline
would give wrong queries.
"""

from collections.abc import Mapping
from typing import Any

KNOWN = frozenset(
    {
        "field_name_mapping",
        "field_name_prefix",
        "add_condition",
        "set_state",
        "set_custom_attribute",
    }
)
ANY = "/"


def is_pipeline(data: object) -> bool:
    """Return whether the data of a YAML file is a processing pipeline."""
    return isinstance(data, dict) and "transformations" in data and "sources" not in data


def pipeline_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pipeline in the form of a field map."""
    from .file import Malformed  # noqa: PLC0415 - it reads pipelines through here

    sources: dict[str, dict[str, Any]] = {}
    general: dict[str, Any] = {"fields": {}, "where": {}}
    for step in data.get("transformations") or []:
        if not isinstance(step, dict) or step.get("type") not in KNOWN:
            kind = step.get("type") if isinstance(step, dict) else step
            raise Malformed(f"the pipeline uses `{kind}`, which is more than a field map can say")
        places = _logsources(step)
        targets = [
            sources.setdefault(p, {"logsource": p, "fields": {}, "where": {}}) for p in places
        ]
        for target in targets or [general]:
            _apply(step, target)
    everything = {"logsource": ANY, "others": "same", **general}
    merged = [_merged(general, entry) for entry in sources.values()]
    return {"name": data.get("name", "pipeline"), "sources": [*merged, everything]}


def _merged(general: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    merged = {"others": "same", **general, **entry}
    for key in ("fields", "where"):
        merged[key] = {**general[key], **entry[key]}
    return merged


def _logsources(step: Mapping[str, Any]) -> list[str]:
    """Return the log sources that a transformation is for; none is all of them."""
    from .file import Malformed  # noqa: PLC0415 - it reads pipelines through here

    found: list[str] = []
    for condition in step.get("rule_conditions") or []:
        if not isinstance(condition, dict) or condition.get("type") != "logsource":
            raise Malformed("the pipeline has a rule condition that is not a log source")
        parts = (condition.get(key) or "" for key in ("product", "category", "service"))
        found.append("/".join(str(part) for part in parts).rstrip("/") or ANY)
    return found


def _apply(step: Mapping[str, Any], target: dict[str, Any]) -> None:
    kind = step["type"]
    if kind == "field_name_mapping":
        target["fields"].update(step.get("mapping") or {})
    elif kind == "add_condition":
        target["where"].update(step.get("conditions") or {})
    elif kind == "field_name_prefix":
        prefix = str(step.get("prefix", ""))
        target["fields"] = {k: f"{prefix}{v}" for k, v in target["fields"].items()}
    elif step.get("key", step.get("attribute")) in ("query_table", "table"):
        target["table"] = str(step.get("val", step.get("value", "")))
