"""Event files: which ones the arguments of a scan stand for."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tocsin.readers.opening import STANDARD_INPUT


def find_event_files(paths: Iterable[Path]) -> Iterator[str]:
    """Go through event files: folders are searched recursively, in the order of names."""
    for path in paths:
        if not path.is_dir():
            yield str(path)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (
                str(Path(folder, name)) for name in sorted(names) if not name.startswith(".")
            )


def is_stream(file: str) -> bool:
    """Return whether a name stands for what is there once only, and may have to be waited for."""
    return file == STANDARD_INPUT or (Path(file).exists() and not Path(file).is_file())


def size_of(file: str) -> int:
    """Return the size of a file in bytes, 0 where it has none."""
    try:
        return Path(file).stat().st_size
    except OSError:
        return 0
