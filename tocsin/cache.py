"""Compiled rules on disk, so that the second start with the same rules is instant.

Beside the pipeline. In go everything that the compiled form depends on (the texts of the rules,
the options, the build of Tocsin), out comes the program that was made of it before, if there is
one. What holds: a file that is damaged, or of another build, is as good as none; nothing but a
program, which is checked when it is loaded, and what was said of the rules is read.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from tocsin.collecting import paused
from tocsin.matcher.faults import ProgramError
from tocsin.matcher.matcher import Matcher, Routing
from tocsin.rule_files import digest_of, find_names

MAGIC = b"TOCSINCA"
KEPT = 16
"""How many programs are kept; the ones used longest ago go first."""

_PARTS = ("tocsin", "tocsin.dsl", "tocsin.grammar", "tocsin.matcher", "tocsin.rules")
_SIZE = 4
_LISTS = "lists"


def folder() -> Path:
    """Return where programs are kept: `TOCSIN_CACHE`, else the platform's place for such files."""
    chosen = os.environ.get("TOCSIN_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "tocsin" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tocsin"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tocsin"


def key(paths: Iterable[Path], options: Iterable[object]) -> str | None:
    """Return what stands for rules and options, or `None` where they cannot be pinned down.

    Args:
        paths: files and folders with rules.
        options: what else the compiled form depends on.
    """
    digest = hashlib.blake2b(digest_size=20)
    for part in (*_build(), *map(str, options)):
        _add(digest, part.encode("utf-8", "surrogateescape"))
    for name in _names(paths):
        try:
            with open(name, "rb", buffering=0) as stream:  # noqa: PTH123 - there are thousands
                data = stream.readall()
        except OSError:
            return None  # the loader has to say why
        _add(digest, os.fsencode(name))
        _add(digest, data)
    return digest.hexdigest()


def read(name: str, routing: Routing) -> tuple[Matcher, dict[str, Any]] | None:
    """Return the matcher kept under a key, with what was noted beside it, or `None`."""
    file = folder() / name
    try:
        with file.open("rb") as stream:
            if stream.read(len(MAGIC)) != MAGIC:
                return None
            size = int.from_bytes(stream.read(_SIZE), "little")
            notes = json.loads(stream.read(size))
            if any(digest_of(file) != digest for file, digest in notes[_LISTS].items()):
                return None
            program = stream.read()
        os.utime(file)
        return Matcher.from_bytes(program, routing), notes
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ProgramError):
        return None  # whatever is wrong with it


def write(
    name: str, matcher: Matcher, notes: Mapping[str, object], lists: Mapping[str, str]
) -> None:
    """Keep a matcher, if the place for it can be written to.

    Args:
        name: its key.
        matcher: the matcher.
        notes: what is noted beside it.
        lists: the list files that its rules name, with a digest of each: as long as they stay
            what they are, so does the matcher.
    """
    text = json.dumps({**notes, _LISTS: dict(lists)}).encode()
    with paused():
        program = matcher.to_bytes()
    parts = (MAGIC, len(text).to_bytes(_SIZE, "little"), text, program)
    place = folder()
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place, delete=False) as stream:
            stream.write(b"".join(parts))
        Path(stream.name).replace(place / name)  # whole or not at all
        _forget(place)


def _add(digest: Any, part: bytes) -> None:  # noqa: ANN401 - hashlib names no type for it
    """Take up a part so that it cannot run into the next one."""
    digest.update(len(part).to_bytes(8, "little"))
    digest.update(part)


def _build() -> Iterator[str]:
    """Go through what tells one build of Tocsin from another: every file of it."""
    for part in _PARTS:
        for folder, folders, names in os.walk(Path(str(import_module(part).__file__)).parent):
            folders[:] = sorted(each for each in folders if each != "__pycache__")
            for name in sorted(names):
                found = os.lstat(os.path.join(folder, name))  # noqa: PTH118 - hundreds
                yield f"{name} {found.st_size} {found.st_mtime_ns}"


def _names(paths: Iterable[Path]) -> Iterator[str]:
    """Go through the paths of rule files, in the order in which they are loaded."""
    for path in paths:
        yield from find_names(path)


def _forget(place: Path) -> None:
    """Remove the programs that were used longest ago."""
    found = sorted(place.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in found[KEPT:]:
        file.unlink(missing_ok=True)
