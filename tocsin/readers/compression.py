"""Compressed files as plain streams of bytes, unpacked on the fly.

In goes an open file, out comes a stream that can be read once, and afterwards what was wrong
with it. Damage never raises: the stream ends where the damage is. isal and zstandard are used
where they are installed; gzip, bzip2 and xz work without them.
"""

import bz2
import importlib
import io
import lzma
import os
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol, cast

from tocsin.errors import EventError
from tocsin.readers.pipes import Pipe, is_pipe
from tocsin.readers.problems import missing_package
from tocsin.readers.zstd_frames import ZstdReader, is_zstd

PIECE = 1 << 18
"""How large the buffers of streams are, in bytes."""

_STEP = 120 << 10
"""How many unpacked bytes are asked for at a time: as many may be lost where a file is damaged. The
memory for more would be given out by the system and taken back, each time anew."""

_PACKED = 1 << 16
"""How many packed bytes are read at a time."""

_GZIP_FRAME = 31
"""What tells zlib that a gzip header comes first."""

_MAGIC = 6
_DAMAGE = (EOFError, OSError)


class _Unpacker(Protocol):
    """What gives unpacked bytes piece by piece, and nothing at the end."""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or less of it; 0 at the end."""
        ...


class Stream(io.RawIOBase):
    """The unpacked bytes of a file; `damage` says afterwards why it ended too early."""

    def __init__(self, raw: "io.BufferedReader[Any]", unpacker: _Unpacker | None) -> None:
        """Read from an unpacker, or from the file itself."""
        super().__init__()
        self.damage = ""
        self._raw = raw
        self._unpacker = unpacker
        self._plain = Pipe(raw) if is_pipe(raw) else raw

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - any writable buffer
        """Fill a buffer; 0 at the end of the file or at the damage.

        It is filled to its end, so that whoever goes on with it gets few large pieces; only what
        comes through a pipe does not wait for that.
        """
        filled = 0
        room = memoryview(buffer)
        try:
            if self._unpacker is None:
                return 0 if self.damage else self._plain.readinto(room)
            while not self.damage and filled < len(room):
                count = self._unpacker.readinto(room[filled : filled + _STEP])
                if not count:
                    break
                filled += count
        except _DAMAGE as error:
            self.damage = str(error).strip(".").lower() or "it ends too early"
        return filled

    def rewound(self) -> BinaryIO | None:
        """Return the file itself at its beginning, if it is not packed and can go back."""
        if self.is_packed or not self._raw.seekable():
            return None
        self._raw.seek(0)
        return self._raw

    @property
    def descriptor(self) -> int | None:
        """The file's descriptor, if it is not packed and can be read from any place."""
        if self.is_packed or isinstance(self._plain, Pipe) or not hasattr(os, "pread"):
            return None
        try:
            return self._raw.fileno()
        except OSError:  # no file of the system's
            return None

    @property
    def is_packed(self) -> bool:
        """Whether there is anything to unpack."""
        return self._unpacker is not None

    def close(self) -> None:
        """Close the file below, too."""
        if not self.closed:
            self._raw.close()
        super().close()


class _Decompressor(Protocol):
    """What unpacks one frame, as the standard library and isal have it."""

    @property
    def eof(self) -> bool:
        """Whether the frame is over."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether more comes only from more packed bytes."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came after the frame."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack at most so many bytes."""
        ...


class _Frames:
    """Unpacks frame after frame; several packed files one after the other are one."""

    def __init__(self, raw: BinaryIO, make: Callable[[], _Decompressor]) -> None:
        """Prepare to unpack a file.

        Args:
            raw: the file.
            make: gives a decompressor of one frame.
        """
        self._raw = raw
        self._make = make
        self._frame: _Decompressor | None = None
        self._packed = b""

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or less of it; 0 at the end.

        Raises:
            EOFError: the file ends inside a frame.
            OSError: it is damaged.
        """
        while True:
            if not self._packed and (self._frame is None or self._frame.needs_input):
                self._packed = self._raw.read(_PACKED)
                if not self._packed:
                    if self._frame is not None:
                        raise EOFError
                    return 0
            data = self._unpack(len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)

    def _unpack(self, limit: int) -> bytes:
        """Unpack what was read, up to the end of its frame; zeros between frames are padding."""
        if self._frame is None:
            self._packed = self._packed.lstrip(b"\0")
            if not self._packed:
                return b""
            self._frame = self._make()
        try:
            data = self._frame.decompress(self._packed, limit)
        except Exception as error:  # noqa: BLE001 - each package has its own
            raise OSError(str(error)) from None
        self._packed = b""
        if self._frame.eof:
            self._packed = self._frame.unused_data
            self._frame = None
        return data


class _Zlib:
    """The standard library's decompressor of gzip, which is older than the others."""

    def __init__(self) -> None:
        """Begin a frame."""
        self._frame = zlib.decompressobj(_GZIP_FRAME)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        """Whether the frame is over."""
        return self._frame.eof

    @property
    def unused_data(self) -> bytes:
        """What came after the frame."""
        return self._frame.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack at most so many bytes."""
        made = self._frame.decompress(data or self._frame.unconsumed_tail, max_length)
        self.needs_input = len(made) < max_length
        return made


def unpacked(raw: BinaryIO, name: str) -> Stream:
    """Return the bytes of a file as they are inside, by the first bytes of it.

    Raises:
        EventError: the package that the file needs is not installed.
    """
    peekable = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(_as_raw(raw), PIECE)
    return Stream(peekable, _unpacker(peekable, peekable.peek(_MAGIC)[:_MAGIC], name))


def _as_raw(stream: BinaryIO) -> io.RawIOBase:
    """Return any readable stream as a raw one."""
    return Stream(cast("io.BufferedReader[Any]", stream), _Plain(stream))


class _Plain:
    """Gives the bytes of a stream that may know only `read`."""

    def __init__(self, raw: BinaryIO) -> None:
        """Read from a stream."""
        self._read: Callable[[int], bytes] = getattr(raw, "read1", raw.read)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or less of it; 0 at the end."""
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _unpacker(raw: "io.BufferedReader[Any]", magic: bytes, name: str) -> _Unpacker | None:
    """Return what unpacks a file that begins so, or `None` for one that is not packed."""
    if magic.startswith(b"\x1f\x8b"):
        return _gzip(raw)
    if is_zstd(magic):
        return _zstd(raw, name)
    if magic.startswith(b"BZh"):
        return _Frames(raw, bz2.BZ2Decompressor)
    if magic.startswith(b"\xfd7zXZ\x00"):
        return _Frames(raw, lzma.LZMADecompressor)
    return None


def _gzip(raw: "io.BufferedReader[Any]") -> _Unpacker:
    """Return what unpacks gzip fastest."""
    if (module := _module("isal.igzip_lib")) is not None:
        return _Frames(raw, lambda: module.IgzipDecompressor(flag=module.DECOMP_GZIP))
    return _Frames(raw, _Zlib)


def _zstd(raw: "io.BufferedReader[Any]", name: str) -> _Unpacker:
    """Return what unpacks zstd fastest."""
    if (module := _module("zstandard")) is not None:
        return ZstdReader(raw, module.ZstdDecompressor())
    if (module := _module("compression.zstd")) is not None:
        return _Frames(raw, module.ZstdDecompressor)
    raise EventError(missing_package(name, "a zstd file", "fast"))


def _module(name: str) -> Any:  # noqa: ANN401 - modules without types
    """Return a module, or `None` if it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
