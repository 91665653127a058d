"""The other verbs: check, explain, test, dump, fmt, translate, and the help."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import RULE, Run
from tocsin.cli import VERBS

NATIVE = """\
rule "Shell" {
  level high
  source linux/network_connection

  when Image named "bash"
}
"""


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_an_example(run: Run, verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert re.search(rf"Examples?:\n +.*tocsin {verb}", result.stdout)


def test_the_help_lists_the_verbs_and_an_unknown_one_is_refused(run: Run) -> None:
    shown = run("--help").stdout
    assert all(verb in shown for verb in VERBS)
    assert run("scann").exit_code == 2


def test_check_is_silent_about_a_good_rule(run: Run, rule: Path) -> None:
    result = run("check", rule)
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "line"])
def test_check_reports_faults_in_every_form(run: Run, rule: Path, form: str) -> None:
    rule.write_text(RULE.replace("endswith", "endwith").replace("not filter", "filtr"), "utf-8")
    result = run("check", rule, "--format", form)
    assert result.exit_code == 1
    assert {"T301", "T204"} <= set(re.findall(r"T\d{3}", result.stdout))
    if form in ("json", "sarif"):
        json.loads(result.stdout)
    if form == "line":
        assert result.stdout.startswith(f"{rule}:13:15: ")


def test_check_of_what_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    assert run("check", tmp_path / "missing").exit_code == 2


def test_a_rule_that_never_matches_is_a_finding(run: Run, rule: Path) -> None:
    rule.write_text(RULE.replace("not filter", "not selection and filter"), "utf-8")
    assert "T208" in run("check", rule).stdout


def test_explain_tells_of_codes(run: Run) -> None:
    result = run("explain", "t204")
    assert result.exit_code == 0
    assert "unknown detection" in result.stdout
    unknown = run("explain", "T999999")
    assert unknown.exit_code == 2
    assert "no code" in unknown.stderr


def test_explain_tells_why_an_event_matched_and_what_stopped_another(
    run: Run, rule: Path, events: Path
) -> None:
    result = run("explain", "-r", rule, events)
    assert result.exit_code == 1
    shown = result.stdout
    assert shown.index("events.jsonl:0: matched") < shown.index("events.jsonl:1: did not match")
    assert '✓ DestinationIp equals "127.0.0.1"   "127.0.0.1"' in shown
    only = run("explain", "-r", rule, events, "--index", "2").stdout
    assert only.count("match") == 1
    assert run("explain", "-r", rule, "--id", "nothing", events).exit_code == 2


def test_explain_says_that_events_are_of_another_source(
    run: Run, rule: Path, tmp_path: Path
) -> None:
    file = tmp_path / "e.jsonl"
    file.write_text('{"Image": "/bin/bash"}\n', "utf-8")
    assert "another log source" in run("explain", "-r", rule, file).stderr
    assert "matched" in run("explain", "-r", rule, file, "--routing", "off").stdout
    declared = run("explain", "-r", rule, file, "--logsource", "linux")
    assert "matched" in declared.stdout


def test_test_runs_the_cases_of_sigma_and_native_rules(
    run: Run, rule: Path, tmp_path: Path
) -> None:
    rule.write_text(
        RULE + "tests:\n  - name: hit\n    event: {Image: /bin/bash}\n    match: true\n", "utf-8"
    )
    native = tmp_path / "n.tocsin"
    native.write_text(
        NATIVE.replace("}", '  test "miss" {"Image": "/bin/bash"} -> no match\n}'), "utf-8"
    )
    result = run("test", rule)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 case passed" in result.stderr
    result = run("test", tmp_path)
    assert result.exit_code == 1
    assert "`miss` should be no match" in result.stdout
    assert "n.tocsin:6" in result.stdout


@pytest.mark.parametrize("stage", ["ast", "checked", "ir", "passes", "plan", "program"])
def test_dump_prints_every_stage(run: Run, rule: Path, stage: str) -> None:
    result = run("dump", "--stage", stage, rule)
    assert result.exit_code == 0
    assert "/bash" in result.stdout
    assert result.stdout == run("dump", "--stage", stage, rule).stdout


def test_fmt_lays_out_native_rules(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "n.tocsin"
    file.write_text(NATIVE.replace("  level high", "     level     high  # loud"), "utf-8")
    assert run("fmt", "--check", file).exit_code == 1
    assert run("fmt", file).exit_code == 0
    assert "# loud" in file.read_text("utf-8")
    assert run("fmt", "--check", file).exit_code == 0
    piped = run("fmt", "-", stdin=NATIVE.encode())
    assert piped.exit_code == 0
    assert piped.stdout.startswith('rule "Shell"')
    file.write_text("rule {", "utf-8")
    assert run("fmt", file).exit_code == 3


def test_translate_goes_both_ways(run: Run, rule: Path, tmp_path: Path) -> None:
    native = run("translate", "--to", "tocsin", rule)
    assert native.exit_code == 0
    file = tmp_path / "n.tocsin"
    file.write_text(native.stdout, "utf-8")
    back = run("translate", "--to", "sigma", file)
    assert back.exit_code == 0
    assert "Image|endswith" in back.stdout
    out = tmp_path / "out"
    assert run("translate", "--to", "sigma", tmp_path, "-o", out).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["n.yml", "shell.yml"]


def test_translate_reports_what_is_lost(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "n.tocsin"
    file.write_text(NATIVE.replace('Image named "bash"', "weekday(Time) == 7"), "utf-8")
    result = run("translate", "--to", "sigma", file)
    assert result.exit_code == 3
    assert "T6" in result.stderr
