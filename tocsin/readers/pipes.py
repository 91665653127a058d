"""Pipes: what comes through is handed on soon, in pieces as large as that allows.

Who follows a log wants its matches now; who unpacks a large file with another tool wants large
pieces, since each costs something. So what has come waits a moment for more.
"""

import io
import os
import select
import stat
import time
from typing import Any

PATIENCE = 0.1
"""How many seconds what has come waits for more at most."""


def is_pipe(stream: Any) -> bool:  # noqa: ANN401 - whatever a caller gives us to read
    """Return whether a stream is one of the system's, but no file that is there as a whole."""
    try:
        return not stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, AttributeError):  # no stream of the system's
        return False


class Pipe:
    """The bytes of a pipe, a device or a socket."""

    def __init__(self, raw: "io.BufferedReader[Any]") -> None:
        """Read from a stream, of which the first bytes may have been looked at."""
        self._raw = raw
        self._begun = False
        self._ended = False

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer with what comes soon; 0 at the end."""
        until = None
        filled = self._some(buffer)
        while 0 < filled < len(buffer):
            until = until or time.monotonic() + PATIENCE
            if not self._comes(until - time.monotonic()):
                break
            filled += self._some(buffer[filled:])
        return filled

    def _some(self, buffer: memoryview) -> int:
        """Wait for something to come; 0 at the end."""
        if self._ended:
            return 0
        if self._begun:
            count = self._raw.readinto1(buffer)
        else:  # what was looked at is there already, and `readinto1` would wait for more
            data = self._raw.read1(len(buffer))
            count = len(data)
            buffer[:count] = data
        self._begun = True
        self._ended = count == 0
        return count

    def _comes(self, seconds: float) -> bool:
        """Return whether more comes within so many seconds."""
        if self._ended or seconds <= 0:
            return False
        try:
            return bool(select.select([self._raw], [], [], seconds)[0])
        except OSError:  # a pipe that cannot be asked, as on Windows: a full buffer is waited for
            return True
