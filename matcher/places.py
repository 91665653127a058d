"""Where in an event a field may stand: the table of "Fields and layouts" in `MEANING.md`.

A name goes in, the places to look at come out, in order of precedence. Both matchers use it:
the reference follows the places one by one, the compiled one puts them into one table.
"""

from dataclasses import dataclass
from functools import lru_cache

Path = tuple[str, ...]
"""Keys from the event inwards."""

DEPTH_LIMIT = 512
"""How deep an event may nest; the event itself is level 1."""

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "Channel": ("winlog.channel",),
    "EventID": ("winlog.event_id", "event.code"),
    "Provider_Name": ("winlog.provider_name", "SourceName", "event.provider"),
    "Provider_Guid": ("winlog.provider_guid",),
    "Computer": ("winlog.computer_name", "Hostname"),
    "EventRecordID": ("winlog.record_id",),
    "Task": ("winlog.task",),
    "Opcode": ("winlog.opcode",),
    "Keywords": ("winlog.keywords",),
    "Version": ("winlog.version",),
    "Execution_ProcessID": ("winlog.process.pid",),
    "Execution_ThreadID": ("winlog.process.thread.id",),
    "Security_UserID": ("winlog.user.identifier",),
    "Correlation_ActivityID": ("winlog.activity_id",),
}
"""What shippers and collectors call the header fields of Windows events."""

_USER_DATA = ("Event", "UserData")


@dataclass(frozen=True, slots=True)
class Place:
    """A path at whose end a field may stand.

    Attributes:
        keys: from the event inwards; the last one also fits a key that differs in spaces.
        any_depth: the last key may be a leaf at any depth below the others.
    """

    keys: Path
    any_depth: bool = False


@lru_cache(maxsize=8192)
def places(field: str) -> tuple[Place, ...]:
    """Return the places of a field, the one that takes precedence first."""
    found = [Place(path) for path in dotted(field)]
    found += [Place(path) for path in dotted("Event.EventData." + field, 2)]
    found.append(Place((*_USER_DATA, field), any_depth=True))
    found += [Place(path) for path in dotted("Event.System." + field, 2)]
    found += [Place(path) for path in _attribute(field)]
    for name in (f"winlog.event_data.{field}", f"winlog.user_data.{field}"):
        found += [Place(path) for path in dotted(name)]
    for name in OTHER_NAMES.get(field, ()):
        found += [Place(path) for path in dotted(name)]
    return tuple(found)


def dotted(name: str, nested: int = 0) -> tuple[Path, ...]:
    """Return the paths that a dotted name stands for, the longest last key first.

    Args:
        name: the name.
        nested: how many leading parts are known to be keys of their own.
    """
    parts = name.split(".")
    return tuple((*parts[:split], ".".join(parts[split:])) for split in range(nested, len(parts)))


def _attribute(field: str) -> tuple[Path, ...]:
    """Return where an attribute of a header element stands, as several decoders spell it."""
    tag, underscore, name = field.partition("_")
    if not underscore:
        return ()
    system = ("Event", "System")
    return (
        (*system, tag, "#attributes", name),
        (*system, tag + "_attributes", name),
        (*system, tag, "@" + name),
        (*system, tag, name),
    )
