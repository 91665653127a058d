"""Many files scanned: side by side in threads, told of in the order in which they were named."""

import gzip
import os
import threading
from io import BytesIO, TextIOWrapper
from pathlib import Path
from random import Random

import pytest

import tocsin
from tocsin.scan import Scan
from tocsin.scan.blocks import Block
from tocsin.scan.lines import LineScan

RULE = "title: r\nlogsource: {product: x}\ndetection:\n  s: {Image|endswith: a}\n  condition: s\n"
MATCHER = tocsin.compile(tocsin.loads(RULE), routing="off")


def line(name: str) -> bytes:
    """Return an event that matches."""
    return b'{"Image":"%sa"}\n' % name.encode()


def written(folder: Path) -> list[str]:
    """Write files of several kinds, some of them broken, and return their names."""
    contents = {
        "one.jsonl": line("one") * 3,
        "two.csv": b"Image,Other\nxa,1\nyb,2\nza,3\n",
        "empty.jsonl": b"",
        "three.jsonl": line("three") + b"{broken\n[1]\n" + line("three"),
        "four.jsonl.gz": gzip.compress(line("four") * 5),
        "damaged.jsonl.gz": gzip.compress(Random(1).randbytes(50_000).hex().encode() * 9)[:90_000],
        "five.json": b"[" + line("five").strip() + b"," + line("six").strip() + b"]",
        "unknown.bin": b"\x00\x01\x02" * 100,
        "last.jsonl": line("last"),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    names = [str(folder / name) for name in contents]
    return [*names[:4], str(folder / "missing.jsonl"), *names[4:]]


def account(scan: Scan) -> tuple[object, ...]:
    """Return everything that a scan finds and says."""
    found = [(each.file, each.index, each.event, each.match.rule.title) for each in scan]
    totals = scan.totals
    said = [f"{problem.code} {problem.file} {problem}" for problem in scan.problems]
    counts = (totals.files, totals.unreadable, totals.events, totals.matches, totals.malformed)
    return found, said, counts, totals.bytes


def test_any_number_of_threads_finds_and_says_the_same(tmp_path: Path) -> None:
    names = written(tmp_path)
    found, said, counts, _ = wanted = account(Scan(MATCHER, names))
    assert isinstance(found, list)
    assert isinstance(said, list)
    assert [file for file, *_ in found] == sorted((file for file, *_ in found), key=names.index)
    assert len(found) == 3 + 2 + 2 + 5 + 2 + 1
    assert counts == (8, 2, 16, 15, 3)
    assert any("missing.jsonl" in text for text in said)
    assert any("unknown.bin" in text for text in said)
    assert any("three.jsonl" in text for text in said)
    assert any("damaged.jsonl.gz" in text for text in said)
    for jobs in (2, 3, 9):
        assert account(Scan(MATCHER, names, jobs=jobs)) == wanted


def test_blocks_of_several_files_are_judged_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(tmp_path / f"{number}.jsonl") for number in range(6)]
    for name in names:
        Path(name).write_bytes(line(name[-7]))
    both = threading.Barrier(2, timeout=20)
    judge = LineScan.judge

    def together(self: LineScan, block: Block) -> object:
        both.wait()  # each file has one block, so the other one is of another file
        return judge(self, block)

    monkeypatch.setattr(LineScan, "judge", together)
    assert [each.file for each in Scan(MATCHER, names, jobs=2)] == names


def test_a_scan_that_is_left_closes_its_files(tmp_path: Path) -> None:
    names = written(tmp_path)
    for jobs in (1, 3):
        scan = iter(Scan(MATCHER, names, jobs=jobs))
        assert next(scan).file == names[0]
        scan.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_named_pipe_is_read_once(tmp_path: Path, jobs: int) -> None:
    name = tmp_path / "pipe.csv"
    os.mkfifo(name)
    writer = threading.Thread(target=name.write_text, args=("Image\na\nb\n",))
    writer.start()
    scan = Scan(MATCHER, [str(name)], jobs=jobs)
    assert [each.event for each in scan] == [{"Image": "a"}]
    assert scan.totals.events == 2
    writer.join()


@pytest.mark.parametrize("jobs", [1, 2])
def test_standard_input_is_no_file_that_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_text("Image\nb\n", "utf-8")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"Image,X\na,1\n")))
    scan = Scan(MATCHER, ["-"], form="csv", jobs=jobs)
    assert [each.event["Image"] for each in scan] == ["a"]


def test_a_pipe_is_judged_as_its_lines_come(monkeypatch: pytest.MonkeyPatch) -> None:
    source, sink = os.pipe()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(os.fdopen(source, "rb")))
    os.write(sink, line("first"))
    late = threading.Timer(20, os.close, (sink,))
    late.start()
    scan = iter(Scan(MATCHER, ["-"]))
    assert next(scan).event == {"Image": "firsta"}
    assert late.is_alive()
    late.cancel()
    os.write(sink, line("second"))
    os.close(sink)
    assert [each.event for each in scan] == [{"Image": "seconda"}]
