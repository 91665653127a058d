"""The starter rules do what their tests say, and find the intrusion in the events beside them."""

import gzip
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from tocsin.dsl import values
from tocsin.dsl.diagnostics import Report
from tocsin.dsl.format import format_native
from tocsin.dsl.ir import IrRule, RuleSet
from tocsin.dsl.native import read_native
from tocsin.dsl.printer import print_sigma
from tocsin.dsl.sigma import read_sigma
from tocsin.dsl.source import Source
from tocsin.dsl.translate import to_sigma

import tocsin
from tocsin.scan import Scan

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "rules" / "starter"
FILES = sorted(STARTER.glob("*.tocsin"))
SEED = "83dcd9f6-9ca8-4af7-a16e-a1c7a6b51871"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return tocsin.load(str(STARTER))


def cases(rule: IrRule) -> list[tuple[str, object, bool]]:
    """Return the tests of a rule, their events as plain data."""
    return [(case.name, case.event, case.matches) for case in rule.cases]


def test_there_are_rules_for_every_kind_of_source(rules: RuleSet) -> None:
    assert len(rules) >= 26
    kinds = {(rule.logsource.product or rule.logsource.category) for rule in rules}
    assert {"linux", "windows", "aws", "azure", "okta", "zeek", "proxy"} <= kinds
    assert list(map(str, rules.report)) == []


def test_every_rule_is_described(rules: RuleSet) -> None:
    ids = Counter(rule.info.id for rule in rules)
    assert max(ids.values()) == 1
    for rule in rules:
        assert rule.info.level in ("medium", "high", "critical")
        assert any(tag.startswith("attack.t") for tag in rule.info.tags), rule.info.title
        for key in ("description", "author", "date", "references", "falsepositives"):
            assert rule.info.get(key), (rule.info.title, key)


def test_every_native_rule_says_what_it_must_catch_and_leave_alone(rules: RuleSet) -> None:
    for rule in rules:
        if rule.info.id == SEED:
            continue
        verdicts = [matches for _, _, matches in cases(rule)]
        assert verdicts.count(True) >= 1, rule.info.title
        assert verdicts.count(False) >= 2, rule.info.title


def test_the_seed_is_kept_with_its_author(rules: RuleSet) -> None:
    seed = rules.by_id(SEED)
    assert seed.info.get("author") == "Florian Roth (Nextron Systems)"
    tuned = next(rule for rule in rules if rule.info.title.endswith("Tuned"))
    assert len(cases(tuned)) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_starter_rule_stands_in_the_layout(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_native(Source(path.name, text), Report()) == text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_starter_rule_keeps_its_verdicts_in_sigma(path: Path) -> None:
    report = Report()
    document = read_native(Source(path.name, path.read_text("utf-8")), report)
    found = to_sigma(document, report)
    if "weekday" in document.source.text:
        assert [diagnostic.code for diagnostic in report] == ["T681"]
        return
    assert list(map(str, report)) == []
    text = print_sigma(found, report)
    assert read_sigma(Source("sigma", text), report) == found
    (rule,) = tocsin.loads(text)
    for case in rule.cases:
        event = thaw(case.event)
        assert tocsin.reference.match(rule, event) is case.matches, case.name


def thaw(event: object) -> dict[str, object]:
    """Return the event of a test as plain data."""
    found = values.thaw(event)  # type: ignore[arg-type]
    assert isinstance(found, dict)
    return found


def test_every_rule_finds_something_in_the_events_beside_it(rules: RuleSet) -> None:
    files = sorted(str(path) for path in (STARTER / "events").iterdir())
    scan = Scan(tocsin.compile(rules), files)
    found = Counter(found.match.rule_id for found in scan)
    assert scan.totals.events > 8_000
    assert scan.totals.malformed == 0
    assert {rule.info.id for rule in rules} == set(found)
    assert sum(found.values()) < 80


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the script that makes the events."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    path = ROOT / "bench" / "make_demo_events.py"
    spec = importlib.util.spec_from_file_location("make_demo_events", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_demo_events", module)
    spec.loader.exec_module(module)
    return module


def test_the_events_are_what_the_script_makes(
    maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "FOLDER", tmp_path)
    maker.main()
    made = {path.name: path for path in tmp_path.iterdir()}
    kept = {path.name: path for path in (STARTER / "events").iterdir()}
    assert made.keys() == kept.keys()
    for name, path in made.items():
        assert unpacked(path) == unpacked(kept[name]), name
    assert sum(path.stat().st_size for path in kept.values()) < 1_500_000


def unpacked(path: Path) -> bytes:
    """Return the bytes of a file, unpacked: packers differ, what they pack does not."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data
