"""Plain data as JSON text, on one line where it fits and broken at its commas where not."""

import json

from .values import Data, DataMap, thaw


def spell_data(data: Data) -> str:
    """Return plain data on one line."""
    return json.dumps(thaw(data), ensure_ascii=False)


def broken_data(data: Data, room: int, indent: str = "") -> list[str]:
    """Return plain data as lines, the first without its indentation.

    Args:
        data: what to write.
        room: how many characters a line may have.
        indent: what the lines after the first begin with.
    """
    flat = spell_data(data)
    if len(indent) + len(flat) <= room or not isinstance(data, tuple | DataMap) or len(flat) == 2:
        return [flat]
    deeper = indent + "  "
    if isinstance(data, DataMap):
        opening, closing = "{", "}"
        members = [(f"{json.dumps(k, ensure_ascii=False)}: ", value) for k, value in data.entries]
    else:
        opening, closing = "[", "]"
        members = [("", value) for value in data]
    lines = [opening]
    for index, (head, value) in enumerate(members):
        first, *rest = broken_data(value, room, deeper)
        lines += [deeper + head + first, *rest]
        if index < len(members) - 1:
            lines[-1] += ","
    return [*lines, indent + closing]
