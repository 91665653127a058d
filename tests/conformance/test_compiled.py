"""A scan with the compiled matcher finds exactly the expected matches in real event files."""

from pathlib import Path

import pytest
from tocsin.matcher.matcher import Matcher

from tests.conformance.harness import DataSet, Pair
from tocsin.scan import Scan


def found_by_scan(matcher: Matcher, files: list[Path], data: DataSet) -> set[Pair]:
    scan = Scan(matcher, [str(file) for file in files])
    pairs = {(found.match.rule_id, data.name(Path(found.file)), found.index) for found in scan}
    assert scan.totals.unreadable == 0
    assert scan.totals.malformed == 0
    return pairs


@pytest.mark.parametrize("name", ["regression", "mitre", "otrf", "cloudtrail"])
def test_expected_matches_are_found_and_nothing_else(
    name: str, matcher: Matcher, sets: dict[str, DataSet]
) -> None:
    data = sets[name]
    found = found_by_scan(matcher, data.files, data)
    assert sorted(data.expected - found) == []
    assert sorted(found - data.expected) == []


def test_event_logs_give_the_same_matches_as_their_json_lines(
    matcher: Matcher, sets: dict[str, DataSet], data_dir: Path
) -> None:
    root = data_dir / "evtx-to-mitre" / "evtx"
    data = sets["mitre"]
    logs = sorted(root.glob("evtx-to-mitre/**/*.evtx"))
    scan = Scan(matcher, [str(file) for file in logs])
    found = {
        (each.match.rule_id, name_in_table(Path(each.file), root), each.index) for each in scan
    }
    assert len(logs) == len(data.files)
    assert found == data.expected


def name_in_table(file: Path, root: Path) -> str:
    return ("jsonl" / file.relative_to(root)).with_suffix(".jsonl").as_posix()
