"""zstd unpacked into buffers of ours, and told where it ends too early.

The package that unpacks does not say whether a file ends inside a frame. So the packed bytes are
followed on their way to it from the head of one block to that of the next, which is a few steps
for each 128 KiB of what they hold. The layout is that of RFC 8878, section 3.1.
"""

import io
from collections.abc import Generator
from typing import Any, NamedTuple

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPED = b"\x2a\x4d\x18"
"""How the magic number of a frame that is no data ends."""

_CONTENT_SIZES = (0, 2, 4, 8)
_DICTIONARY_SIZES = (0, 1, 2, 4)
_SINGLE_SEGMENT = 0x20
_HAS_CHECKSUM = 0x04
_CHECKSUM_SIZE = 4
_RUN = 1
"""The kind of a block that is one byte many times; its size is that of what it stands for."""


def is_zstd(head: bytes) -> bool:
    """Return whether a file that begins so is one of frames of zstd."""
    return head.startswith(_MAGIC) or head[1:4] == _SKIPPED


class ZstdReader:
    """The unpacked bytes of a file."""

    def __init__(self, raw: "io.BufferedReader[Any]", decompressor: Any) -> None:  # noqa: ANN401
        """Read a file.

        Args:
            raw: the file.
            decompressor: a `zstandard.ZstdDecompressor`, of a package without types.
        """
        self._packed = _Packed(raw)
        self._reader = decompressor.stream_reader(self._packed, read_across_frames=True)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill a buffer, or less of it; 0 at the end.

        Raises:
            EOFError: the file ends inside a frame.
            OSError: it is damaged.
        """
        try:
            count: int = self._reader.readinto(buffer)
        except Exception as error:  # noqa: BLE001 - the package has its own
            raise OSError(str(error)) from None
        if not count and self._packed.is_inside:
            raise EOFError
        return count


class _Wanted(NamedTuple):
    """What is looked at next.

    Attributes:
        skip: how many bytes before it are passed over.
        size: how many it has.
        is_first: whether a frame begins with it.
    """

    skip: int
    size: int
    is_first: bool = False


class _Packed:
    """The packed bytes of a file, followed as they are read; zeros between frames are padding."""

    def __init__(self, raw: "io.BufferedReader[Any]") -> None:
        """Begin before the first frame."""
        self._raw = raw
        self._heads = _heads()
        self._wanted = next(self._heads)
        self._skip = 0
        self._head = b""

    @property
    def is_inside(self) -> bool:
        """Whether what has been read ends inside a frame."""
        return bool(self._skip or self._head or not self._wanted.is_first)

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        while piece := self._raw.read1(size):
            kept = self._follow(piece)
            if kept:
                return kept
        return b""

    def _follow(self, piece: bytes) -> bytes:
        """Go on through the bytes that come next, and return them without padding."""
        at = 0
        while at < len(piece):
            passed = min(self._skip, len(piece) - at)
            at += passed
            self._skip -= passed
            if piece[at : at + 1] == b"\0" and not self.is_inside:
                piece = piece[:at] + piece[at:].lstrip(b"\0")
            at += self._take(piece[at : at + self._wanted.size - len(self._head)])
        return piece

    def _take(self, part: bytes) -> int:
        """Take what there is of a head, and return its size."""
        self._head += part
        if self._skip == 0 and len(self._head) == self._wanted.size:
            head, self._head = self._head, b""
            self._wanted = self._heads.send(head)
            self._skip = self._wanted.skip
        return len(part)


def _heads() -> Generator[_Wanted, bytes]:
    """Go from head to head: asks for bytes, and is sent them."""
    skip = 0
    while True:
        magic = yield _Wanted(skip, 4, is_first=True)
        if magic[1:] == _SKIPPED:
            skip = int.from_bytes((yield _Wanted(0, 4)), "little")
        else:
            skip = yield from _blocks()


def _blocks() -> Generator[_Wanted, bytes, int]:
    """Go from block to block of a frame; return how many bytes are left of it then."""
    (descriptor,) = yield _Wanted(0, 1)
    skip = _size_of_header(descriptor)
    while True:
        head = int.from_bytes((yield _Wanted(skip, 3)), "little")
        skip = 1 if head >> 1 & 3 == _RUN else head >> 3
        if head & 1:
            return skip + _CHECKSUM_SIZE * bool(descriptor & _HAS_CHECKSUM)


def _size_of_header(descriptor: int) -> int:
    """Return how many bytes of a frame's header follow its descriptor."""
    is_single = bool(descriptor & _SINGLE_SEGMENT)
    content = _CONTENT_SIZES[descriptor >> 6] or is_single
    return (not is_single) + _DICTIONARY_SIZES[descriptor & 3] + content
