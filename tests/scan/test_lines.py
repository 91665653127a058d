"""Files of JSON lines scanned: buffers are used again, and matches outlive them."""

import gzip
from pathlib import Path

import pytest

import tocsin
from tocsin.scan import Scan
from tocsin.scan.blocks import Blocks
from tocsin.scan.pool import AHEAD

RULE = "title: r\nlogsource: {product: x}\ndetection:\n  s: {Image|endswith: a}\n  condition: s\n"


@pytest.mark.parametrize("jobs", [1, 3])
def test_buffers_are_used_again_and_matches_keep_their_lines(
    jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[bytearray] = []

    class Small(Blocks):
        """Blocks that note their buffers."""

        def _buffer(self) -> bytearray:
            used.append(super()._buffer())
            return used[-1]

    monkeypatch.setattr(
        "tocsin.scan.run.Blocks", lambda stream, spare: Small(stream, 1000, spare=spare)
    )
    file = tmp_path / "events.jsonl.gz"
    lines = [f'{{"Image":"{number:04}{"ab"[number % 2]}"}}' for number in range(5000)]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    matcher = tocsin.compile(tocsin.loads(RULE), routing="off")
    scan = Scan(matcher, [str(file)], jobs=jobs)
    found = list(scan)
    assert [(each.index, each.raw) for each in found] == [
        (number, lines[number].encode()) for number in range(0, 5000, 2)
    ]
    assert scan.totals.events == 5000
    assert len(used) > 90
    assert len({id(buffer) for buffer in used}) <= AHEAD * jobs + 2
