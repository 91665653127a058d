"""Files judged part by part: the same as in one go, whoever judges which part."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.matcher._engine import FILE_END
from tocsin.matcher._lines import Lines
from tocsin.matcher.matcher import Matcher

from tests.scan.test_files import MATCHER
from tocsin.readers import EventFile, open_events
from tocsin.scan import Scan, parts
from tocsin.scan.parts import LARGEST, SMALLEST, parts_of

pytestmark = pytest.mark.skipif(not hasattr(os, "pread"), reason="files are not read by parts here")


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts so small that a test has many."""
    monkeypatch.setattr(parts, "LARGEST", 900)
    monkeypatch.setattr(parts, "SMALLEST", 100)
    monkeypatch.setattr(parts, "_UNIT", 1)


small = pytest.mark.usefixtures("_small")


def account(scan: Scan) -> tuple[object, ...]:
    """Return everything that a scan finds and says of one file, but for its name."""
    found = [(each.index, each.raw) for each in scan]
    said = [(problem.code, problem.message) for problem in scan.problems]
    totals = scan.totals
    return found, said, (totals.events, totals.malformed, totals.matches, totals.undeclared)


@given(st.integers(0, 1 << 32), st.integers(1, 64))
def test_parts_lie_side_by_side_and_the_last_one_is_open(size: int, threads: int) -> None:
    found = list(parts_of(7, size, threads))
    assert found[0].begin == 0
    assert {part.file for part in found} == {7}
    assert [part.end for part in found[:-1]] == [part.begin for part in found[1:]]
    assert found[-1].end == FILE_END
    sizes = [part.end - part.begin for part in found[:-1]]
    assert all(SMALLEST <= each <= LARGEST for each in sizes)
    assert sizes == sorted(sizes, reverse=True)
    assert size - found[-1].begin <= SMALLEST


@small
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_parts_find_and_say_what_a_packed_file_does(jobs: int, tmp_path: Path) -> None:
    lines = [f'{{"Image":"{number:04}{"ab"[number % 2]}"}}' for number in range(2000)]
    lines[700:703] = ["{broken", "", "[1]"]
    lines[900] = '{"Image":"' + "x" * 5000 + 'a"}'
    data = "\r\n".join(lines).encode()
    (tmp_path / "plain.jsonl").write_bytes(b"\xef\xbb\xbf" + data)
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(b"\xef\xbb\xbf" + data))
    plain = account(Scan(MATCHER, [str(tmp_path / "plain.jsonl")], jobs=jobs))
    assert plain == account(Scan(MATCHER, [str(tmp_path / "packed.jsonl.gz")]))
    assert plain[2] == (1997, 2, 998, 0)


@small
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_line_over_the_limit_is_told_in_its_place(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.scan.lines.LINE_LIMIT", 1000)
    file = tmp_path / "events.jsonl"
    line = b'{"Image":"a"}\n'
    file.write_bytes(line * 3 + b"x" * 3000 + b"\n" + line * 100)
    scan = Scan(MATCHER, [str(file)], jobs=jobs)
    found = [each.index for each in scan]
    assert found == [0, 1, 2, *range(4, 104)]
    assert (scan.totals.events, scan.totals.malformed) == (103, 1)
    [problem] = scan.problems
    assert problem.message == "line 4 is not an event: it is longer than 64 MiB"


@small
@pytest.mark.parametrize("jobs", [1, 4])
def test_a_file_that_cannot_be_read_further_ends_there(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Matcher.judge_file
    unreadable = range(5_000, 6_000)

    def broken(self: Matcher, file: int, begin: int, *others: int) -> Lines:
        return judge(self, -1 if begin in unreadable else file, begin, *others)

    monkeypatch.setattr(Matcher, "judge_file", broken)
    file = tmp_path / "events.jsonl"
    line = b'{"Image":"a"}\n'
    file.write_bytes(line * 1000)
    scan = Scan(MATCHER, [str(file)], jobs=jobs)
    found = [each.index for each in scan]
    assert found == list(range(len(found)))
    assert 5000 // len(line) <= len(found) <= 6000 // len(line)
    assert scan.totals.events == len(found)
    [problem] = scan.problems
    assert problem.code == "T806"
    assert problem.message == "the file is damaged: bad file descriptor"


@small
@pytest.mark.parametrize("later", [1500, 500])
def test_what_is_added_or_cut_off_while_a_file_is_judged_counts(later: int, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    line = b'{"Image":"a"}\n'
    file.write_bytes(line * 1000)
    scan = iter(Scan(MATCHER, [str(file)]))
    first = next(scan)
    with file.open("ab") as changed:
        changed.write(line * max(0, later - 1000))
        changed.truncate(later * len(line))
    assert [each.index for each in (first, *scan)] == list(range(later))


def test_files_are_open_until_they_are_judged_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[EventFile] = []

    def noted(name: str, form: str) -> EventFile:
        opened.append(open_events(name, form))
        return opened[-1]

    monkeypatch.setattr("tocsin.scan.run.open_events", noted)
    names = []
    for number in range(40):
        names.append(str(tmp_path / f"{number:02}.jsonl"))
        Path(names[-1]).write_bytes(b'{"Image":"a"}\n')
    most = 0
    for _ in Scan(MATCHER, names, jobs=2):
        most = max(most, sum(not file.stream.closed for file in opened))
    assert len(opened) == 40
    assert most < 20
    assert all(file.stream.closed for file in opened)
    opened.clear()
    left = iter(Scan(MATCHER, names, jobs=2))
    next(left)
    left.close()
    assert opened
    assert all(file.stream.closed for file in opened)
