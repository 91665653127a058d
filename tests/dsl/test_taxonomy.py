"""Fields that no event of the log source has."""

from collections import Counter
from pathlib import Path

from tocsin.dsl.diagnostics import Diagnostic, Report, Severity
from tocsin.dsl.taxonomy import report_unknown_fields

import tocsin
from tests.matcher.verdicts import rule_of


def said(detection: str, logsource: str) -> list[Diagnostic]:
    text = rule_of(detection).replace("{product: windows}", logsource)
    report = Report()
    report_unknown_fields(tocsin.loads(text), report)
    return list(report)


FILES = "{product: windows, category: file_event}"


def test_a_misspelt_field_is_a_warning_with_its_place_and_a_fix() -> None:
    (found,) = said("TargetFileName|endswith: a", FILES)
    assert (found.code, found.severity, found.line) == ("T403", Severity.WARNING, 6)
    assert found.help == "write `TargetFilename`"
    assert found.fixes[0].span.text == "TargetFileName"


def test_a_field_that_only_some_sensors_have_is_a_note() -> None:
    (found,) = said("CommandLine|contains:\n  - a\n  - b", FILES)
    assert (found.code, found.severity) == ("T403", Severity.NOTE)
    (found,) = said("Image|fieldref: GrandParentImage", FILES)
    assert "GrandParentImage" in found.message


def test_known_fields_keywords_and_other_log_sources_are_silent() -> None:
    assert said("Image: a\nEventID: 11", FILES) == []
    assert said("- word", FILES) == []
    assert said("Any: a", "{product: windows, service: security}") == []
    assert said("Any: a", "{product: linux, category: file_event}") == []


def test_the_public_rules_have_no_misspelt_field(corpus_dir: Path) -> None:
    report = Report()
    report_unknown_fields(tocsin.load(corpus_dir / "rules" / "windows"), report)
    counts = Counter(found.severity for found in report)
    assert counts[Severity.WARNING] == 0
    assert counts[Severity.NOTE] > 0
