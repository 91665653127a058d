"""Compiled rules are kept on disk, and never mistaken for others."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import EVENTS, RULE, Run, write_events
from tocsin import cache
from tocsin.cli import common


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by one whenever rules are loaded."""
    seen: list[str] = []
    real = common.load_rules

    def load_rules(*arguments: object) -> object:
        seen.append("loaded")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("tocsin.cli.scan_rules.load_rules", load_rules)
    return seen


def kept() -> list[Path]:
    """Return the files in the cache."""
    return sorted(cache.folder().glob("*"))


def test_a_second_start_needs_no_rules_to_be_read(
    run: Run, rule: Path, events: Path, loads: list[str]
) -> None:
    first = run("scan", "-r", rule, events, "--format", "jsonl")
    second = run("scan", "-r", rule, events, "--format", "jsonl")
    assert (first.exit_code, first.stdout) == (1, second.stdout)
    assert second.exit_code == 1
    assert len(loads) == 1
    assert len(kept()) == 1


def test_no_cache_neither_reads_nor_writes(
    run: Run, rule: Path, events: Path, loads: list[str]
) -> None:
    for _ in range(2):
        run("scan", "-r", rule, events, "--no-cache")
    assert len(loads) == 2
    assert kept() == []


def test_changed_rules_and_options_are_compiled_anew(
    run: Run, rule: Path, events: Path, loads: list[str]
) -> None:
    run("scan", "-r", rule, events)
    rule.write_text(RULE.replace("/bash", "/cat"), "utf-8")
    changed = run("scan", "-r", rule, events, "--format", "jsonl")
    assert '"index": 2' in changed.stdout
    run("scan", "-r", rule, events, "--routing", "off")
    run("scan", "-r", rule, events, "--min-level", "critical")
    assert len(loads) == 4


def spoil_middle(data: bytes) -> bytes:
    """Change a byte of the program."""
    return data[:-100] + bytes([data[-100] ^ 1]) + data[-99:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:0],
        lambda data: data[:40],
        lambda data: data[:-1],
        spoil_middle,
        lambda data: b"X" + data[1:],
        lambda data: data[:8] + b"\xff\xff\xff\xff" + data[12:],
        lambda data: data.replace(b'"warnings"', b'"warminks"'),
    ],
)
def test_a_damaged_file_is_as_good_as_none(
    run: Run, rule: Path, events: Path, loads: list[str], spoil: Callable[[bytes], bytes]
) -> None:
    first = run("scan", "-r", rule, events, "--format", "jsonl")
    [file] = kept()
    file.write_bytes(spoil(file.read_bytes()))
    again = run("scan", "-r", rule, events, "--format", "jsonl")
    assert (again.exit_code, again.stdout) == (1, first.stdout)
    assert len(loads) == 2


LIST = RULE.replace("endswith: /bash", "expand: '%shells%'").replace("11111111", "22222222")
CORRELATION = """\
title: Often
correlation:
    type: event_count
    rules: [11111111-2222-4333-8444-555555555555]
    group-by: [Image]
    timespan: 5m
    condition: {gte: 3}
"""
FAULTS = {
    "broken": ("broken.yml", RULE.replace("selection and", "nothing and"), "T204"),
    "placeholders": ("list.yml", LIST, "T317"),
    "correlation": ("often.yml", CORRELATION, "T590"),
    "unreadable": ("bytes.yml", "title: \udcff", "T00"),
    "warning": ("dated.yml", RULE.replace("status: test", "status: testing"), "about rules"),
    "unrouted": ("odd.yml", RULE.replace("product: linux", "product: fridge"), "fridge"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_with_rules_is_said_again_word_for_word(
    run: Run, rule: Path, events: Path, loads: list[str], fault: tuple[str, str, str]
) -> None:
    name, text, said = fault
    (rule.parent / name).write_text(text, "utf-8", "surrogateescape")
    first, second = (run("scan", "-r", rule.parent, "--stats", events) for _ in range(2))
    assert said in first.stderr
    assert without_seconds(second.stderr) == without_seconds(first.stderr)
    assert (second.exit_code, second.stdout) == (first.exit_code, first.stdout)
    assert len(loads) == 1
    assert len(kept()) == 1


NATIVE = """\
rule "Shells that write to a file" {
  id     22222222-2222-4333-8444-555555555555
  level  low
  source linux/network_connection
  when   Image in file "shells.txt" # of our own
}
"""


def test_rules_are_compiled_anew_when_a_list_file_of_theirs_changes(
    run: Run, events: Path, loads: list[str], tmp_path: Path
) -> None:
    rule, shells = tmp_path / "list.tocsin", tmp_path / "shells.txt"
    rule.write_text(NATIVE, "utf-8")

    def matched() -> int:
        return run("scan", "-r", rule, events, "--format", "jsonl").stdout.count("\n")

    shells.write_text("/bin/bash\n", "utf-8")
    assert [matched(), matched(), len(loads)] == [2, 2, 1]
    shells.write_text("/bin/cat\n", "utf-8")
    assert [matched(), matched(), len(loads)] == [1, 1, 2]
    shells.unlink()
    missing = run("scan", "-r", rule, events)
    assert "shells.txt" in missing.stderr
    assert missing.exit_code == 2
    shells.write_text("/bin/bash\n", "utf-8")
    assert matched() == 2


def test_a_list_file_that_was_missing_is_looked_for_again(
    run: Run, rule: Path, events: Path, loads: list[str], tmp_path: Path
) -> None:
    (tmp_path / "list.tocsin").write_text(NATIVE, "utf-8")
    for _ in range(2):
        assert "shells.txt" in run("scan", "-r", rule.parent, events).stderr
    assert len(loads) == 1
    (tmp_path / "shells.txt").write_text("/bin/cat\n", "utf-8")
    done = run("scan", "-r", rule.parent, events, "--format", "jsonl")
    assert (done.stdout.count("\n"), len(loads)) == (2, 2)


def test_rules_left_out_count_again(run: Run, rule: Path, events: Path) -> None:
    (rule.parent / "list.yml").write_text(LIST, "utf-8")
    clean = write_events(events.parent / "clean.jsonl", EVENTS[2:])
    for _ in range(2):
        done = run("scan", "-r", rule.parent, "--stats", clean)
        assert done.exit_code == 3
        assert '"rules": 2, "rules_skipped": 1' in done.stderr


def test_a_folder_without_rules_is_told_of_each_time(
    run: Run, rule: Path, events: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    run("scan", "-r", rule, events)
    for _ in range(2):
        assert "T012" in run("scan", "-r", rule, "-r", tmp_path / "empty", events).stderr


def without_seconds(text: str) -> str:
    """Return what was written, without the times that it took."""
    return re.sub(r'"seconds": [0-9.e-]+|[0-9.]+ s\b', "", text)


def test_a_place_that_cannot_be_written_to_does_no_harm(
    run: Run, rule: Path, events: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("TOCSIN_CACHE", str(tmp_path / "file" / "cache"))
    assert run("scan", "-r", rule, events).exit_code == 1


def test_only_the_last_ones_are_kept(run: Run, rule: Path, events: Path) -> None:
    place = cache.folder()
    place.mkdir(exist_ok=True)
    for number in range(cache.KEPT + 3):
        file = place / f"old-{number}"
        file.write_bytes(b"")
        os.utime(file, (number, number))
    run("scan", "-r", rule, events)
    names = {file.name for file in kept()}
    assert len(names) == cache.KEPT
    assert "old-0" not in names
