"""The container of a program: sections of bytes behind a header with a checksum.

Between those who write programs and those who read them. In go sections, out come bytes, and the
other way round. `native/program.h` reads the same layout and checks every number:

    offset  size
    0       8     "TOCSINPG"
    8       4     version of the format
    12      4     number of sections
    16      8     size of all
    24      8     checksum of all that follows (`Program::checksum`)
    32      24 a section: kind, width of a row, offset, size
"""

import struct
from collections.abc import Iterator, Mapping
from enum import IntEnum

from ._engine import checksum
from .faults import ProgramError

MAGIC = b"TOCSINPG"
VERSION = 5
_HEADER = struct.Struct("<8sIIQQ")
_SECTION = struct.Struct("<IIQQ")


class Section(IntEnum):
    """The kinds of sections."""

    STRINGS = 1
    SLOTS = 2
    PARTS = 3
    CONTEXTS = 4
    ENTRIES = 5
    CANDIDATES = 6
    CHECKS = 7
    RECORDS = 8
    PREDICATES = 9
    CODE = 10
    WITNESSES = 11
    VARIANTS = 12
    HEADERS = 13
    FACTS = 14
    RULES = 15
    """What rules are called and mean, for people; the engine does not read it."""


def assemble(sections: Mapping[Section, tuple[int, bytes]]) -> bytes:
    """Return the program of sections, each the width of its rows and its content."""
    table = bytearray()
    body = bytearray()
    start = _HEADER.size + len(sections) * _SECTION.size
    for kind, (width, data) in sorted(sections.items()):
        table += _SECTION.pack(kind, width, start + len(body), len(data))
        body += data
        body += bytes(-len(body) % 8)
    following = bytes(table + body)
    size = _HEADER.size + len(following)
    header = _HEADER.pack(MAGIC, VERSION, len(sections), size, checksum(following))
    return header + following


def read_sections(data: bytes) -> dict[int, memoryview]:
    """Return the sections of a program by kind, as views of it.

    Only where they are is looked at: a program's content is checked when the engine loads it.

    Raises:
        ProgramError: the bytes are cut short or of another version.
    """
    if len(data) < _HEADER.size or data[:8] != MAGIC:
        raise ProgramError("not a Tocsin program")
    _, version, count, size, _ = _HEADER.unpack_from(data)
    if version != VERSION:
        raise ProgramError("a program of another version")
    if size != len(data) or _HEADER.size + count * _SECTION.size > size:
        raise ProgramError("a program cut short")
    view = memoryview(data)
    rows = [_SECTION.unpack_from(data, _HEADER.size + i * _SECTION.size) for i in range(count)]
    return {kind: view[offset : offset + length] for kind, _, offset, length in rows}


def with_rules(data: bytes, rules: bytes) -> bytes:
    """Return a program with other texts about its rules."""
    _, _, count, _, _ = _HEADER.unpack_from(data)
    sections: dict[Section, tuple[int, bytes]] = {}
    for index in range(count):
        row = _SECTION.unpack_from(data, _HEADER.size + index * _SECTION.size)
        kind, width, offset, length = row
        sections[Section(kind)] = (width, data[offset : offset + length])
    sections[Section.RULES] = (1, rules)
    return assemble(sections)


def variant_rules(data: bytes) -> list[int]:
    """Return the rule of each variant; the first one of a rule has the rule's own names."""
    return [row[0] for row in read_rows(read_sections(data).get(Section.VARIANTS, b""), 5)]


def read_rows(section: bytes | memoryview, width: int) -> Iterator[tuple[int, ...]]:
    """Go through the rows of a section of numbers.

    Raises:
        ProgramError: the section does not hold whole rows.
    """
    if len(section) % (4 * width):
        raise ProgramError("a program with a damaged section")
    return struct.iter_unpack(f"<{width}I", section)
