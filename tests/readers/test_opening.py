"""Event files opened: unpacked, recognised, named."""

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import EventError
from tocsin.readers import READERS, compression, open_bytes, open_events
from tocsin.readers.compression import unpacked
from tocsin.readers.detect import detect, suffix

LINES = b'{"a":1}\n{"a":2}\n'


def zstd(data: bytes) -> bytes:
    """Return data packed with zstd, or skip the test where that is not installed."""
    return bytes(pytest.importorskip("zstandard").ZstdCompressor().compress(data))


def zstd_unpacker() -> Any:
    """Return what unpacks a frame of zstd."""
    return pytest.importorskip("zstandard").ZstdDecompressor().decompressobj()


PACKERS = [bytes, gzip.compress, bz2.compress, lzma.compress, zstd]


@pytest.mark.parametrize("pack", PACKERS)
def test_packed_files_are_unpacked_on_the_fly(pack: object, tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(pack(LINES))  # type: ignore[operator]
    with open_events(path) as file:
        assert [record.event for record in file] == [{"a": 1}, {"a": 2}]
        assert list(file.diagnostics()) == []
    assert file.form == "jsonl"


def small_blocks(data: bytes) -> bytes:
    """Return data packed with bzip2 in its smallest blocks."""
    return bz2.compress(data, 1)


@pytest.mark.parametrize("pack", [gzip.compress, small_blocks, lzma.compress, zstd])
def test_a_packed_file_that_ends_early_gives_what_it_has_and_says_so(pack: object) -> None:
    data = b"".join(b'{"a":%d,"b":"%d"}\n' % (n, n * 7919 % 10007) for n in range(50_000))
    packed = pack(data)  # type: ignore[operator]
    file = open_events(io.BytesIO(packed[: len(packed) // 2]), "jsonl", name="f")
    records = [record for record in file if record.event]
    assert records[0].event == {"a": 0, "b": "0"}
    assert [diagnostic.code for diagnostic in file.diagnostics()][-1] == "T806"


def test_several_packed_files_one_after_the_other_are_one() -> None:
    for pack in (gzip.compress, zstd):
        file = open_events(io.BytesIO(pack(b'{"a":1}\n') + pack(b'{"a":2}\n')))
        assert [record.event for record in file] == [{"a": 1}, {"a": 2}]


def test_a_packed_file_that_is_changed_in_the_middle_says_so() -> None:
    packed = bytearray(gzip.compress(LINES * 10_000))
    packed[-6] ^= 0xFF
    file = open_events(io.BytesIO(bytes(packed)), name="f")
    list(file)
    assert [diagnostic.code for diagnostic in file.diagnostics()] == ["T806"]


def no_isal(patched: pytest.MonkeyPatch) -> None:
    """Take away the package that unpacks gzip faster."""
    patched.setitem(sys.modules, "isal.igzip_lib", None)


def as_it_is(patched: pytest.MonkeyPatch) -> None:
    """Take away nothing."""


def newer_python(patched: pytest.MonkeyPatch) -> None:
    """Take away the package for zstd, and put the module of newer Pythons there."""
    package = pytest.importorskip("zstandard")

    class ZstdDecompressor:
        """What the newer module calls so."""

        def __init__(self) -> None:
            self.frame = package.ZstdDecompressor().decompressobj()
            self.waiting = b""

        @property
        def needs_input(self) -> bool:
            return not self.waiting

        @property
        def eof(self) -> bool:
            return self.frame.eof and not self.waiting

        @property
        def unused_data(self) -> bytes:
            return bytes(self.frame.unused_data)

        def decompress(self, data: bytes, max_length: int) -> bytes:
            made = self.waiting + (self.frame.decompress(data) if data else b"")
            self.waiting = made[max_length:]
            return bytes(made[:max_length])

    module = type(sys)("compression.zstd")
    module.ZstdDecompressor = ZstdDecompressor  # type: ignore[attr-defined]
    patched.setitem(sys.modules, "zstandard", None)
    patched.setitem(sys.modules, "compression.zstd", module)


ONE_FRAME: dict[Callable[[bytes], bytes], Callable[[], Any]] = {
    bz2.compress: bz2.BZ2Decompressor,
    lzma.compress: lzma.LZMADecompressor,
    gzip.compress: lambda: zlib.decompressobj(31),
    zstd: zstd_unpacker,
}
"""What unpacks one frame of what a function has packed, by that function."""

PACKED_AS = [
    (bz2.compress, as_it_is),
    (lzma.compress, as_it_is),
    (gzip.compress, as_it_is),
    (gzip.compress, no_isal),
    (zstd, as_it_is),
    (zstd, newer_python),
]


@pytest.mark.parametrize(("pack", "installed"), PACKED_AS)
def test_nothing_that_comes_before_an_early_end_is_lost(
    pack: Callable[[bytes], bytes], installed: Callable[[pytest.MonkeyPatch], None]
) -> None:
    data = b"".join(b'{"a":%d,"b":"%d"}\n' % (n, n * 7919 % 10007) for n in range(50_000))
    packed = pack(data)
    for size in (len(packed) // 3, len(packed) // 2, len(packed) - 1):
        there = len(ONE_FRAME[pack]().decompress(packed[:size]))
        with pytest.MonkeyPatch.context() as patched:
            installed(patched)
            stream = unpacked(io.BytesIO(packed[:size]), "f")
            found = stream.readall()
        assert stream.damage == "it ends too early"
        assert data.startswith(found)
        assert len(found) >= there - 300


@pytest.mark.parametrize(("pack", "installed"), PACKED_AS)
@given(
    parts=st.lists(st.tuples(st.sampled_from(["a", "ab\n", "0123456789"]), st.integers(0, 400))),
    step=st.integers(1, 300),
    piece=st.sampled_from([1, 10, 1000]),
    padding=st.integers(0, 3),
)
def test_frames_are_whole_however_much_is_unpacked_at_a_time(
    pack: Callable[[bytes], bytes],
    installed: Callable[[pytest.MonkeyPatch], None],
    parts: list[tuple[str, int]],
    step: int,
    piece: int,
    padding: int,
) -> None:
    made = [(text * times).encode() for text, times in parts]
    packed = bytes(padding).join(map(pack, made))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compression, "_STEP", step)
        patched.setattr(compression, "_PACKED", piece)
        installed(patched)
        stream = unpacked(io.BytesIO(packed), "f")
        assert stream.readall() == b"".join(made)
        assert stream.damage == ""
        short = unpacked(io.BytesIO(packed[:-1]), "f")
        assert b"".join(made).startswith(short.readall() or b"")
        assert bool(short.damage) == bool(made)


@pytest.mark.parametrize("installed", [as_it_is, no_isal])
def test_a_little_gzip_that_is_much_unpacks_bit_by_bit(
    installed: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch)
    packed = gzip.compress(bytes(20 << 20))
    stream = unpacked(io.BytesIO(packed), "f")
    buffer = bytearray(1 << 16)
    tracemalloc.start()
    size = 0
    while count := stream.readinto(buffer):
        size += count
    assert size == 20 << 20
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def zstd_frames(data: bytes, *, checksum: bool, sized: bool, parts: int, level: int) -> bytes:
    """Return data in one frame of several blocks."""
    package = pytest.importorskip("zstandard")
    packer = package.ZstdCompressor(level=level, write_checksum=checksum, write_content_size=sized)
    if sized:
        return bytes(packer.compress(data))
    made = packer.compressobj()
    size = -(-len(data) // parts) or 1
    pieces = [
        made.compress(data[at : at + size]) + made.flush(package.COMPRESSOBJ_FLUSH_BLOCK)
        for at in range(0, len(data), size)
    ]
    return b"".join([*pieces, made.flush()])


@settings(max_examples=50)
@given(
    frames=st.lists(
        st.builds(
            zstd_frames,
            st.sampled_from([0, 1, 255, 256, 70_000, 300_000]).flatmap(
                lambda size: st.sampled_from([bytes(size), bytes(range(256)) * (size // 256)])
            ),
            checksum=st.booleans(),
            sized=st.booleans(),
            parts=st.integers(1, 3),
            level=st.sampled_from([-5, 1, 3, 19]),
        ),
        min_size=1,
        max_size=3,
    ),
    skipped=st.one_of(st.none(), st.integers(0, 300)),
    cut=st.integers(1, 20),
)
def test_a_zstd_file_that_ends_inside_a_frame_says_so(
    frames: list[bytes], skipped: int | None, cut: int
) -> None:
    extra = b"" if skipped is None else b"\x5a\x2a\x4d\x18" + skipped.to_bytes(4, "little")
    whole = frames[0] + extra + bytes(skipped or 0) + b"".join(frames[1:])
    stream = unpacked(io.BytesIO(whole), "f")
    data = stream.readall()
    assert stream.damage == ""
    last = frames[-1] if len(frames) > 1 or skipped is None else extra + bytes(skipped)
    short = unpacked(io.BytesIO(whole[: -min(cut, len(last) - 4)]), "f")
    assert data.startswith(short.readall())
    assert short.damage == "it ends too early"


@pytest.mark.parametrize("installed", [as_it_is, no_isal])
def test_a_gzip_header_may_have_any_size(
    installed: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch)
    plain = gzip.compress(LINES)
    for size in (10, 65_000, 1_000_000):
        named = plain[:3] + b"\x08" + plain[4:10] + b"n" * size + b"\0" + plain[10:]
        stream = unpacked(io.BytesIO(named), "f")
        assert stream.readall() == LINES
        assert stream.damage == ""


def test_zeros_behind_a_packed_file_are_padding() -> None:
    file = open_events(io.BytesIO(gzip.compress(LINES) + b"\0" * 100_000))
    assert len(list(file)) == 2
    assert list(file.diagnostics()) == []


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00"])
@given(noise=st.binary(max_size=50))
def test_any_damage_ends_the_stream_without_an_exception(magic: bytes, noise: bytes) -> None:
    stream = unpacked(io.BytesIO(magic + noise), "f")
    while stream.read(100):
        pass


def test_without_isal_gzip_is_read_by_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    no_isal(monkeypatch)
    file = open_events(io.BytesIO(gzip.compress(LINES)))
    assert len(list(file)) == 2


def test_without_its_package_zstd_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zstd(LINES)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(EventError) as caught:
        open_events(io.BytesIO(packed))
    assert "T805" in str(caught.value)
    assert "tocsin[fast]" in str(caught.value)


@pytest.mark.parametrize(
    ("head", "form"),
    [
        (LINES, "jsonl"),
        (b"\xef\xbb\xbf" + LINES, "jsonl"),
        (b'\n\n{"a":1}', "jsonl"),
        (b'{"a":1', "jsonl"),
        (b'{"a":1,\n{"a":2}\n', "jsonl"),
        (b'{\n  "a": 1\n}\n', "json"),
        (b'{"a": {\n  "b": 1\n}}\n', "json"),
        (b"[\n", "json"),
        (b'{"Records":[{"a":1}]}', "json"),
        (b'{"SyslogMessage":"<Event><System/></Event>"}\n', "rows"),
        (b'{"Event":{"System":{"Provider":{"@Name":"P"}}}}\n', "rows"),
        (b'{"Event":{"System":{"Provider":{"Name":"P"}}}}\n', "jsonl"),
        (b"7\n", "text"),
        (b"ElfFile\x00\x00", "evtx"),
        (b"<Event xmlns='x'>", "xml"),
        (b"<?xml version='1.0'?><Events>", "xml"),
        (b"May 11 18:10:20 host sysmon: <Event><System>", "xml"),
        (b"#separator \\x09\n", "zeek"),
        (b"#Fields: a b\n", "w3c"),
        (b"type=SYSCALL msg=audit(1490995752.404:1): a\n", "auditd"),
        (b"node=web type=SYSCALL msg=audit(1490995752.404:1): a\n", "auditd"),
        (b'1.2.3.4 - - [10/Oct/2024:13:55:36 +0000] "GET / HTTP/1.1" 200 5\n', "access"),
        (b"May 11 18:10:20 host sshd[1]: Failed\n", "text"),
        (b"", "text"),
    ],
)
def test_the_format_is_told_by_the_content(head: bytes, form: str) -> None:
    assert detect(head, "events.log", whole=True) == form


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ['{"a":"\xe4\U0001f600"}\n', '{"a":"%s"}\n' % ("x" * 200_000)])
def test_utf_16_with_its_mark_is_read(encoding: str, text: str) -> None:
    data = f"\ufeff{text * 3}".encode(encoding)
    for form in ("auto", "jsonl"):
        file = open_events(io.BytesIO(gzip.compress(data)), form)
        assert [record.event for record in file] == [json.loads(text)] * 3


def test_utf_16_that_breaks_off_is_read_to_its_end() -> None:
    data = "\ufeffline".encode("utf-16-le")[:-1]
    (record,) = open_events(io.BytesIO(data))
    assert record.event == {"message": "lin\N{REPLACEMENT CHARACTER}"}


def test_an_event_log_file_is_not_copied_where_one_can_go_back(data_dir: Path) -> None:
    path = next((data_dir / "sigma-regression").rglob("*.evtx"))
    for source in (
        path,
        io.BytesIO(path.read_bytes()),
        io.BytesIO(gzip.compress(path.read_bytes())),
    ):
        with open_events(source) as file:
            assert file.form == "evtx"
            assert all(record.event for record in file)


def test_a_table_is_told_by_its_name() -> None:
    assert detect(b"a,b\n", "x.CSV.gz", whole=True) == "csv"
    assert detect(b"a\tb\n", "x.tsv", whole=True) == "csv"
    assert detect(b"a,b\n", "x.txt", whole=True) == "text"


def test_a_first_line_without_end_is_taken_for_json_lines() -> None:
    assert detect(b'{"a":"' + b"x" * 100, "x", whole=False) == "jsonl"


@pytest.mark.parametrize("head", [b"\x00\x01\x02\x03", b"MZ\x90\x00"])
def test_what_no_reader_recognises_is_refused(head: bytes) -> None:
    with pytest.raises(EventError) as caught:
        open_events(io.BytesIO(head), name="x.bin")
    (diagnostic,) = caught.value.report
    assert (diagnostic.code, diagnostic.path) == ("T804", "x.bin")


@pytest.mark.parametrize(
    ("name", "found"), [("a.csv", ".csv"), ("a.json.gz", ".json"), ("a.gz", ""), ("a", "")]
)
def test_the_suffix_of_a_packer_is_passed_over(name: str, found: str) -> None:
    assert suffix(name) == found


def test_a_format_can_be_forced() -> None:
    file = open_events(io.BytesIO(LINES), "text")
    assert [record.event for record in file] == [{"message": '{"a":1}'}, {"message": '{"a":2}'}]


def test_an_unknown_format_is_refused_with_a_suggestion() -> None:
    with pytest.raises(EventError, match="did you mean `jsonl`"):
        open_events(io.BytesIO(b""), "jsonlines"[:6])
    with pytest.raises(EventError, match="the readers are auto, jsonl"):
        open_events(io.BytesIO(b""), "spreadsheet")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EventError) as caught:
        open_events(tmp_path / "none.jsonl")
    assert [diagnostic.code for diagnostic in caught.value.report] == ["T803"]
    with pytest.raises(EventError):
        open_events(str(tmp_path))


def test_standard_input_is_read_under_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        """Standard input."""

        buffer = io.BytesIO(b'{"a":1}\nx\n')

    monkeypatch.setattr(sys, "stdin", Standard)
    file = open_events("-")
    assert file.name == "<stdin>"
    assert [record.event for record in file] == [{"a": 1}, None]
    assert file.malformed == 1
    assert [diagnostic.path for diagnostic in file.diagnostics()] == ["<stdin>"]


def test_the_bytes_of_a_file_begin_at_its_beginning() -> None:
    stream, form = open_bytes(io.BytesIO(gzip.compress(LINES)))
    assert (stream.read(), form) == (LINES, "jsonl")


@pytest.mark.skipif(not hasattr(os, "pread"), reason="files cannot be read from any place here")
def test_a_plain_file_can_be_read_from_any_place_and_nothing_else(tmp_path: Path) -> None:
    contents = {"plain": LINES, "packed": gzip.compress(LINES), "wide": b"\xff\xfe{\0}\0"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        with open_events(tmp_path / name, "jsonl") as file:
            assert (file.descriptor is not None) == (name == "plain")
            if file.descriptor is not None:
                assert os.pread(file.descriptor, 7, 1) == LINES[1:8]
        with (tmp_path / name).open("rb") as stream:
            assert open_events(stream, "jsonl").descriptor is None
    source, sink = os.pipe()
    os.write(sink, LINES)
    os.close(sink)
    with open_events(f"/dev/fd/{source}", "jsonl") as pipe:
        assert pipe.descriptor is None
    os.close(source)


def test_a_stream_that_gives_little_at_a_time_is_recognised() -> None:
    class Trickle(io.RawIOBase):
        """A stream that gives three bytes at a time."""

        data = io.BytesIO(LINES)

        def readable(self) -> bool:
            """Return that it can be read."""
            return True

        def readinto(self, buffer: bytearray, /) -> int:  # type: ignore[override]
            """Give three bytes."""
            piece = self.data.read(min(3, len(buffer)))
            buffer[: len(piece)] = piece
            return len(piece)

    file = open_events(Trickle())  # type: ignore[arg-type]
    assert (file.form, len(list(file))) == ("jsonl", 2)


def test_closing_a_file_closes_what_is_below() -> None:
    below = io.BytesIO(LINES)
    with open_events(below) as file:
        next(iter(file))
    assert below.closed
    assert file.stream.closed


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(data: bytes) -> None:
    try:
        file = open_events(io.BytesIO(data))
    except EventError:
        return
    assert file.form in READERS
    for record in file:
        assert (record.event is None) is (record.problem is not None)
    list(file.diagnostics())


@pytest.mark.parametrize(
    ("head", "name", "form"),
    [
        (b"not json\n{}", "a.jsonl", "jsonl"),
        (b"[1]\n{}", "a.ndjson.gz", "jsonl"),
        (b"[\n{}", "a.jsonl", "json"),
        (b"\x00\n{}", "a.jsonl", "jsonl"),
        (b"not json\n", "a.json", "jsonl"),
        (b"not json\n", "a.log", "text"),
        (b"PAR1\x15", "a", "parquet"),
        (b"ARROW1\x00", "a", "arrow"),
    ],
)
def test_a_name_helps_where_the_first_line_does_not(head: bytes, name: str, form: str) -> None:
    assert detect(head, name, whole=False) == form
