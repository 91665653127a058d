"""Dynamic values: Python's plain data, and the text that `tostring` makes of them.

A missing member is null. The text of a list or bag is compact JSON in the order of its keys.
"""

import json
from collections.abc import Iterator
from typing import Any

from .errors import UnsupportedError


def parse_json(text: object) -> Any:
    """Return the value that a JSON text holds; a text that is no JSON stands for itself."""
    if not isinstance(text, str):
        return text
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def member(value: Any, key: object) -> Any:
    """Return a member of a bag or list, or null."""
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int):
        return value[key] if -len(value) <= key < len(value) else None
    return None


def atoms(value: Any) -> Iterator[str]:
    """Yield the texts of the keys and atoms in a dynamic value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from atoms(item)
    elif isinstance(value, list):
        for item in value:
            yield from atoms(item)
    else:
        yield dynamic_text(value)


def dynamic_text(value: Any) -> str:
    """Return what `tostring` makes of a dynamic value."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        raise UnsupportedError("the text of a fraction is not settled")
    if isinstance(value, int):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
