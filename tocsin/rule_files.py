"""The files that hold rules: which ones they are, and the list files that rules name."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

SUFFIXES = {".yml": "sigma", ".yaml": "sigma", ".tocsin": "tocsin"}
"""The file names that hold rules, and the syntax of each."""


def find_files(path: Path) -> Iterator[Path]:
    """Go through the rule files of a folder, or the one file itself."""
    return map(Path, find_names(path))


def find_names(path: Path) -> Iterator[str]:
    """Go through the paths of the rule files of a folder, or that of the one file itself."""
    if not path.is_dir():
        yield str(path)
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if suffix(name) in SUFFIXES:
                yield os.path.join(folder, name)  # noqa: PTH118 - there are thousands


def suffix(name: str) -> str:
    """Return how the name of a file ends, from its last dot on."""
    return os.path.splitext(name)[1].lower()  # noqa: PTH122 - there are thousands


def digest_of(list_file: str) -> str:
    """Return what tells the content of a list file from others, `""` if it cannot be read."""
    return digest(content_of(list_file))


def content_of(list_file: str) -> bytes | None:
    """Return the bytes of a list file, if it can be read."""
    try:
        return Path(list_file).read_bytes()
    except (OSError, ValueError):  # a path may hold what no path may
        return None


def digest(data: bytes | None) -> str:
    """Return a digest of a list file's content."""
    return "" if data is None else hashlib.blake2b(data, digest_size=16).hexdigest()
