"""Rows on compiling, starting, memory, threads and packed files."""

import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

import yaml
import zstandard
from isal import igzip
from tocsin.matcher._engine import count_parsed
from tocsin.matcher.matcher import Matcher

from bench.lines import scan
from bench.measure import Row, cpu, cpu_at_rest, in_turns, least, median, paired, wall
from bench.streams import (
    BUILD,
    STREAMS,
    all_rules,
    fresh,
    process_creation,
    rule_paths,
    stream,
    windows,
)
from tocsin import load
from tocsin.api import compile as compile_rules
from tocsin.scan import Scan


def rows() -> list[Row]:
    """Measure."""
    return [*_compile(), _memory(), _new_values(), _threads(), *_packed()]


def _compile() -> list[Row]:
    """Measure loading and compiling against YAML alone, and the second start."""
    files = [file for path in rule_paths() for file in sorted(path.rglob("*.yml"))]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    texts = [file.read_bytes() for file in files]
    plain, full = paired(
        lambda: cpu_at_rest(lambda: [list(yaml.load_all(text, loader)) for text in texts]),
        lambda: cpu_at_rest(lambda: compile_rules(load(*rule_paths(), on_error="skip"))),
        repeats=3,
    )
    stored = compile_rules(all_rules()).to_bytes()
    start = median(
        lambda: cpu_at_rest(lambda: (Matcher.from_bytes(stored), [f.read_bytes() for f in files]))
    )
    note = f"{full:.2f} s, YAML {plain:.2f} s, {len(all_rules()):,} rules"
    again = f"{start * 1e3:.0f} ms with the reading of the rule files, which names the program"
    return [
        Row("11", "compile over YAML alone", full / plain, 3.0, more=False, note=note),
        Row("12", "second start over compile", start / full, 0.1, more=False, note=again),
    ]


_CHILD = """\
import pathlib, resource, sys
if len(sys.argv) > 1:
    from tocsin.matcher.matcher import Matcher
    matcher = Matcher.from_bytes(open(sys.argv[1], "rb").read())
    matcher.match({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational",
                   "Image": "a", "CommandLine": "b"})
status = pathlib.Path("/proc/self/status")
if status.exists():  # what the process itself has used, without that of its parent
    print(next(line.split()[1] for line in status.open() if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _memory() -> Row:
    """Measure the memory of a process with all Windows rules against an empty one."""
    file = _stored()

    def peak(*arguments: str) -> float:
        command = [sys.executable, "-c", _CHILD, *arguments]
        return int(subprocess.run(command, check=True, capture_output=True).stdout) / 1024

    more = peak(str(file)) - peak()
    return Row("13", "memory of all Windows rules, MB", more, 80, more=False,
               note="from the stored program, with the classes of the first event")  # fmt: skip


def _new_values() -> Row:
    """Measure what remembering costs where nothing comes again."""
    chance = random.Random(1)
    lines = [
        json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "Image": "C:\\\\x.exe", "CommandLine": f"{chance.getrandbits(4096):x}"})
        for _ in range(20_000)
    ]  # fmt: skip
    data = "\n".join(lines).encode()

    def once(memo: bool) -> float:  # noqa: FBT001 - what is compared
        matcher = Matcher.from_bytes(process_creation())
        matcher.limits["memo"] = memo
        scan(matcher, data[:2000])
        return cpu(lambda: scan(matcher, data))[0]

    ratio = median(lambda: once(True)) / median(lambda: once(False))  # noqa: FBT003
    return Row("14", "every value new: remembering over not", ratio, 1.15, more=False)


def _threads() -> Row:
    """Measure two threads against one, and what the machine lets two processes do."""
    with tempfile.TemporaryDirectory() as folder, _children() as pool:
        file = Path(folder) / "events.jsonl"
        with file.open("wb") as together:
            together.writelines(map(stream, STREAMS))
        turns = in_turns(
            lambda: _scanned(pool, file, 1),
            lambda: _scanned(pool, file, 2),
            lambda: _scanned(pool, file, 1, 1),
            repeats=15,
        )
    ratio = statistics.median(one / two for one, two, _ in turns)
    bound = statistics.median(2 * one / both for one, _, both in turns)
    one, two, _ = (min(each) for each in zip(*turns, strict=True))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    note = (
        f"the middle of {len(turns)} turns; the least of each: {one:.2f} s, {two:.2f} s, "
        f"{one / two:.2f}; {cores} cores; two processes of one thread each: {bound:.2f}"
    )
    return Row("10", "two threads over one, wall time", ratio, 1.8, more=True, note=note)


def _children() -> ProcessPoolExecutor:
    """Return two processes that hold nothing else, as those of the command do.

    In this one Python's collector would go through all that the benchmarks hold, while threads
    wait for the interpreter's lock.
    """
    return ProcessPoolExecutor(2, get_context("spawn"))


def _scanned(pool: ProcessPoolExecutor, file: Path, *jobs: int, without: str = "") -> float:
    """Return how long scans of a file take side by side, each with so many threads.

    Args:
        pool: as many processes as there are scans, at least.
        file: what is scanned.
        jobs: the threads of each scan.
        without: a module that is hidden from them.
    """
    done = [pool.submit(_timed_scan, _stored(), file, each, without) for each in jobs]
    times, found = zip(*(each.result() for each in done), strict=True)
    assert len({*found, _FOUND.setdefault(file, found[0])}) == 1
    return max(times)


_FOUND: dict[Path, int] = {}
"""How many matches the first scan of a file found."""


def _timed_scan(program: Path, file: Path, jobs: int, without: str) -> tuple[float, int]:
    """Return how long a scan takes, and its matches; called in a process of its own."""
    matcher = fresh(program.read_bytes())
    hidden: dict[str, Any] = {without: None} if without else {}  # so it is for `import`
    with patch.dict(sys.modules, hidden):
        return wall(lambda: sum(1 for _ in Scan(matcher, [str(file)], jobs=jobs)))


@cache
def _stored() -> Path:
    """Return a file with the program of all rules for Windows."""
    BUILD.mkdir(parents=True, exist_ok=True)
    file = BUILD / "windows.program"
    file.write_bytes(windows())
    return file


def _packed() -> list[Row]:
    """Measure scans of packed files against unpacking alone."""
    data = stream("mixed")
    parsing = median(lambda: wall(lambda: count_parsed(data))[0])
    made = []
    with tempfile.TemporaryDirectory() as folder, _children() as pool:
        gz, zst = Path(folder) / "events.jsonl.gz", Path(folder) / "events.jsonl.zst"
        gz.write_bytes(gzip.compress(data, 6))
        zst.write_bytes(zstandard.compress(data, 3))
        for what, file, unpacked, hidden in (
            ("gzip file over unpacking alone, 2 threads", gz, igzip.open, ""),
            ("zstd file over unpacking alone, 2 threads", zst, _open_zstd, ""),
            ("gzip file, unpacked without isal, the same", gz, gzip.open, "isal.igzip_lib"),
        ):
            alone, taken = least(
                lambda file=file, unpacked=unpacked: wall(lambda: _drain(unpacked(file)))[0],
                lambda file=file, hidden=hidden: _scanned(pool, file, 2, without=hidden),
            )
            note = (
                f"{taken:.2f} s, unpacking {alone:.2f} s, which is {len(data) / alone / 1e9:.1f} "
                f"GB/s; parsing alone, one thread: {parsing:.2f} s"
            )
            made.append(Row("16", what, taken / alone, 1.3, more=False, note=note))
    return made


def _open_zstd(file: Path) -> BinaryIO:
    """Return the bytes of a zstd file."""
    return zstandard.ZstdDecompressor().stream_reader(file.open("rb"), closefd=True)


def _drain(stream_of: BinaryIO) -> None:
    """Read a stream to its end."""
    with stream_of:
        while stream_of.read(1 << 20):
            pass
