"""`tocsin convert`: what is written where, and with which exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from tocsin import verify
from tocsin.cli import main

RULES = """
title: Good
id: 83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\\\a.exe'}
  condition: selection
---
title: Losing
id: two
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\\\a.exe'}
  filter: {CurrentDirectory|startswith: 'C:'}
  condition: selection and not filter
---
title: Refused
id: three
logsource: {category: process_creation, product: plan9}
detection:
  selection: {Image|endswith: '\\\\a.exe'}
  condition: selection
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(
            main, ["convert", "-t", "defender-xdr", *arguments, str(tmp_path / "rules.yml")]
        )

    return invoke


def test_queries_come_with_their_names_and_losses(run: Run) -> None:
    result = run()
    assert result.exit_code == 3
    first, second = result.stdout.split("\n\n")
    assert first.splitlines()[0] == "// Good"
    assert first.splitlines()[2] == "DeviceProcessEvents"
    assert "// loss: `DeviceProcessEvents` does not hold `CurrentDirectory`" in second
    assert "3 rules: 2 converted, 1 of them with losses, 1 refused" in result.stderr
    assert "1 refused[T421]: no table for the log source" in result.stderr
    assert "1 losses[T424]" in result.stderr
    assert "error[T421]" in result.stderr


def test_a_record_for_each_rule(run: Run) -> None:
    result = run("--format", "jsonl", "--quiet")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [record["ok"] for record in records] == [True, True, False]
    assert records[0]["table"] == "DeviceProcessEvents"
    assert records[0]["error"] is None
    assert [loss["code"] for loss in records[1]["losses"]] == ["T424"]
    assert records[2]["text"] == ""
    assert records[2]["error"]["code"] == "T421"
    assert records[2]["error"]["line"] == 19
    assert result.stderr == ""


def test_strict_refuses_what_loses(run: Run) -> None:
    result = run("--strict", "--format", "jsonl")
    assert [json.loads(line)["ok"] for line in result.stdout.splitlines()] == [True, False, False]


def test_one_document_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "out.yaml"
    result = run("--form", "analytics", "--nrt", "-o", str(output))
    assert result.stdout == ""
    names = [each["name"] for each in yaml.safe_load_all(output.read_text(encoding="utf-8"))]
    assert names == ["Good", "Losing"]


def test_nothing_fitting_is_an_empty_text(run: Run) -> None:
    result = run("--fieldmap", "sentinel-asim", "--form", "defender")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "T606" in result.stderr


def test_options_reach_the_query(run: Run) -> None:
    plain = run("--plain").stdout
    assert 'FolderPath endswith @"\\a.exe"' in plain
    assert "FileName" not in run("--without", "names").stdout
    assert "| where Timestamp > ago(7d)" in run("--lookback", "7d").stdout


def test_an_unknown_target_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["convert", "-t", "nothing", __file__])
    assert result.exit_code == 2
    assert "T608" in result.stderr


def test_verify_needs_a_schema(run: Run) -> None:
    result = run("--fieldmap", "none", "--verify")
    assert result.exit_code == 2
    assert "--verify needs a field map with a schema" in result.stderr


def test_verify_without_the_parser_says_how_to_get_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> None:
        raise verify.GateMissingError("install it")

    monkeypatch.setattr(verify, "Gate", absent)
    result = run("--verify")
    assert result.exit_code == 2
    assert "install it" in result.stderr


def test_verify_refuses_what_the_parser_rejects(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Picky:
        def ask(self, _schema: object, text: str) -> verify.Answer:
            asked.append(text)
            if len(asked) == 1:
                return verify.Answer((), [], (), ())
            finding = verify.Finding("KS142", "Error", "unknown column")
            return verify.Answer((finding,), None, (), ())

    monkeypatch.setattr(verify, "Gate", Picky)
    monkeypatch.setattr(verify, "check_tree", lambda _text, _tree: ())
    result = run("--verify")
    assert result.exit_code == 3
    assert "3 rules: 1 converted" in result.stderr
    assert "T609" in result.stderr
