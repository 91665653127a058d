"""`tocsin scan`: what is found, how it is written, and the exit codes."""

import csv
import gzip
import json
import subprocess
import sys
import threading
from pathlib import Path

from tests.cli.conftest import EVENTS, RULE, Run, write_events


def test_a_match_is_one_json_object_with_the_agreed_keys(
    run: Run, rule: Path, events: Path
) -> None:
    result = run("scan", "-r", rule, events)
    (line,) = result.stdout.splitlines()
    assert result.exit_code == 1
    assert json.loads(line) == {
        "rule_id": "11111111-2222-4333-8444-555555555555",
        "title": "Shell",
        "level": "high",
        "rule_path": str(rule),
        "tags": ["attack.execution"],
        "file": str(events),
        "index": 0,
        "event": EVENTS[0],
    }


def test_without_a_match_the_exit_code_is_0(run: Run, rule: Path, tmp_path: Path) -> None:
    file = write_events(tmp_path / "quiet.jsonl", EVENTS[1:])
    result = run("scan", "-r", rule, file)
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_malformed_line_is_counted_said_and_gone_past(run: Run, rule: Path, events: Path) -> None:
    events.write_text("{oops\n" + events.read_text("utf-8") + "[1]\n", "utf-8")
    result = run("scan", "-r", rule, events, "--stats")
    assert json.loads(result.stdout)["index"] == 1
    assert "line 1" in result.stderr
    stats = json.loads(result.stderr.splitlines()[-1])
    assert (stats["events"], stats["matches"], stats["malformed"]) == (3, 1, 2)
    assert (stats["rules"], stats["rules_skipped"]) == (1, 0)
    assert stats["bytes"] == events.stat().st_size
    assert stats["seconds"] >= 0


def test_the_counts_end_with_the_work_of_the_engine(run: Run, rule: Path, events: Path) -> None:
    done = run("scan", "-r", rule, events, "--stats", "--quiet")
    stats = json.loads(done.stderr.splitlines()[-1])
    asked = ["events", "matches", "malformed", "rules", "rules_skipped", "bytes", "seconds"]
    assert list(stats)[:7] == asked
    assert list(stats)[-1] == "engine"
    engine = stats["engine"]
    assert engine["workers"] == 1
    assert engine["classes"] == 1
    assert 0 < engine["classified"] <= 2 * 3
    assert engine["memory"] > 0
    assert engine["memo_drops"] == engine["set_drops"] == engine["verdict_drops"] == 0


def test_the_counts_sum_the_work_of_all_threads(run: Run, rule: Path, tmp_path: Path) -> None:
    file = write_events(tmp_path / "many.jsonl", EVENTS * 40_000)
    engines = [
        json.loads(run("scan", "-r", rule, file, "--stats", "-o", tmp_path / "out", "--jobs", jobs)
                   .stderr.splitlines()[-1])["engine"]
        for jobs in (1, 2)
    ]  # fmt: skip
    assert engines[0]["workers"] == 1
    assert 1 <= engines[1]["workers"] <= 3
    looked = [engine["memo_looked"] for engine in engines]
    assert looked[0] > 40_000
    assert abs(looked[1] - looked[0]) < 1000, "each thread learns the shapes of lines by itself"


def test_skipped_events_or_broken_rules_without_a_match_exit_with_3(
    run: Run, rule: Path, tmp_path: Path
) -> None:
    file = write_events(tmp_path / "e.jsonl", EVENTS[1:])
    broken = tmp_path / "broken.yml"
    broken.write_text(RULE.replace("endswith", "endwith"), "utf-8")
    result = run("scan", "-r", rule, "-r", broken, file, "--stats")
    assert result.exit_code == 3
    assert "T301" in result.stderr
    assert json.loads(result.stderr.splitlines()[-1])["rules_skipped"] == 1
    file.write_text(file.read_text("utf-8") + "nonsense\n", "utf-8")
    assert run("scan", "-r", rule, file).exit_code == 3


def test_wrong_usage_and_unreadable_input_exit_with_2(
    run: Run, rule: Path, events: Path, tmp_path: Path
) -> None:
    for arguments in (
        ("scan", events),
        ("scan", "-r", rule),
        ("scan", "-r", rule, tmp_path / "missing.jsonl"),
        ("scan", "-r", tmp_path / "missing.yml", events),
        ("scan", "-r", rule, events, "--logsource", "a/b/c/d"),
        ("scan", "-r", rule, events, "-o", tmp_path / "no" / "folder.jsonl"),
        ("scan", "-r", rule, events, "--fieldmap", "nothing-of-that-name"),
        ("scan", "-r", rule, events, "--jobs", "0"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2, arguments
        assert result.stderr, arguments
        assert "Traceback" not in result.stderr


def test_events_of_no_known_source_are_said_with_what_to_do(
    run: Run, rule: Path, tmp_path: Path
) -> None:
    file = write_events(tmp_path / "bare.jsonl", [{"Image": "/bin/bash"}] * 3)
    result = run("scan", "-r", rule, file)
    assert result.stdout == ""
    assert "T808" in result.stderr
    assert "--logsource" in result.stderr
    for arguments in (("--logsource", "linux/network_connection"), ("--routing", "off")):
        assert len(run("scan", "-r", rule, file, *arguments).stdout.splitlines()) == 3
    assert run("scan", "-r", rule, file, "--logsource", "windows").stdout == ""


def test_standard_input_is_read(run: Run, rule: Path, events: Path) -> None:
    result = run("scan", "-r", rule, "-", stdin=events.read_bytes())
    assert json.loads(result.stdout)["file"] == "<stdin>"


def test_folders_globs_and_packed_files_are_read(run: Run, rule: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs" / "deep"
    logs.mkdir(parents=True)
    for number in range(3):
        text = (json.dumps(EVENTS[0]) + "\n").encode()
        (logs / f"{number}.jsonl.gz").write_bytes(gzip.compress(text))
    found = run("scan", "-r", tmp_path / "*.yml", tmp_path / "logs").stdout.splitlines()
    assert [Path(json.loads(line)["file"]).name[0] for line in found] == ["0", "1", "2"]
    assert len(run("scan", "-r", rule, logs / "[12].*").stdout.splitlines()) == 2


def test_csv_and_text_are_written(run: Run, rule: Path, events: Path, tmp_path: Path) -> None:
    result = run("scan", "-r", rule, events, "--format", "csv")
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert (row["title"], row["index"], json.loads(row["event"])) == ("Shell", "0", EVENTS[0])
    text = run("scan", "-r", rule, events, "--format", "text").stdout
    assert "high" in text
    assert "Image=/bin/bash" in text
    out = tmp_path / "out.jsonl"
    assert run("scan", "-r", rule, events, "-o", out).stdout == ""
    assert json.loads(out.read_text("utf-8"))["title"] == "Shell"


def test_rules_below_a_level_are_left_out(run: Run, rule: Path, events: Path) -> None:
    assert run("scan", "-r", rule, events, "--min-level", "high").exit_code == 1
    result = run("scan", "-r", rule, events, "--min-level", "critical")
    assert result.exit_code == 2
    assert "no usable rule" in result.stderr


def test_the_result_is_the_same_for_every_number_of_threads(
    run: Run, rule: Path, tmp_path: Path
) -> None:
    file = write_events(tmp_path / "many.jsonl", EVENTS * 2000)
    found = {run("scan", "-r", rule, file, "-j", jobs).stdout for jobs in (1, 2, 5)}
    assert len(found) == 1
    assert len(found.pop().splitlines()) == 2000


def test_quiet_leaves_only_results(run: Run, rule: Path, events: Path) -> None:
    result = run("scan", "-r", rule, events, "--quiet")
    assert result.stderr == ""
    assert result.stdout


def test_placeholders_come_from_a_file(run: Run, rule: Path, events: Path, tmp_path: Path) -> None:
    rule.write_text(
        RULE.replace("Image|endswith: /bash", "Image|expand|endswith: '/%shell%'"), "utf-8"
    )
    without = run("scan", "-r", rule, events)
    assert without.exit_code == 3
    assert "T317" in without.stderr
    lists = tmp_path / "lists.yaml"
    lists.write_text("shell: [sh, bash]\n", "utf-8")
    assert run("scan", "-r", rule, events, "--placeholders", lists).exit_code == 1
    for text in ("- a", "a: [", "\0"):
        lists.write_text(text, "utf-8")
        assert run("scan", "-r", rule, events, "--placeholders", lists).exit_code == 2


def test_rules_that_see_no_event_unless_declared_are_counted(
    run: Run, rule: Path, events: Path
) -> None:
    rule.write_text(RULE.replace("product: linux", "product: nobody"), "utf-8")
    result = run("scan", "-r", rule, events)
    assert "T809" in result.stderr
    assert "nobody/network_connection (1)" in result.stderr
    assert "T809" not in run("scan", "-r", rule, events, "--logsource", "nobody").stderr


def test_matches_in_a_pipe_are_written_as_they_come(rule: Path) -> None:
    command = [sys.executable, "-m", "tocsin", "scan", "-r", str(rule), "-", "--no-cache", "-q"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as scan:
        assert scan.stdin is not None
        assert scan.stdout is not None
        late = threading.Timer(60, scan.kill)
        late.start()
        scan.stdin.write(json.dumps(EVENTS[0]).encode() + b"\n")
        scan.stdin.flush()
        assert json.loads(scan.stdout.readline())["event"] == EVENTS[0]
        late.cancel()
        scan.stdin.close()
        assert scan.wait(60) == 1
