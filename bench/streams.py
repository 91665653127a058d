"""What is measured on: rules and streams of events, real ones where they are at hand.

The real streams and the public rules are third-party data kept beside the checkout (see
``tests/conftest.py``); without them the streams are generated, and the rules are the starter
rules.
"""

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import zstandard
from tocsin.dsl.ir import IrRule, RuleSet
from tocsin.matcher.matcher import Matcher

from bench.generate import generate
from tocsin import load
from tocsin.api import compile as compile_rules

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
STREAMS = ("mixed", "mixed-4103", "nested", "process")
CORPUS = ("rules", "rules-emerging-threats", "rules-threat-hunting")


def data_folder() -> Path | None:
    """Return the folder with the data sets, if it is there."""
    folder = Path(os.environ.get("TOCSIN_DATA") or ROOT.parent / "shared" / "data")
    return folder if folder.is_dir() else None


@cache
def stream(name: str) -> bytes:
    """Return a stream of JSON lines."""
    BUILD.mkdir(parents=True, exist_ok=True)
    file = BUILD / f"{name}.jsonl"
    folder = data_folder()
    packed = folder and folder / "bench" / f"{name}.jsonl.zst"
    if not file.exists():
        if packed and packed.exists():
            with packed.open("rb") as source, file.open("wb") as target:
                zstandard.ZstdDecompressor().copy_stream(source, target)
        else:
            file.write_bytes(b"".join(generate(name, 60_000)))
    return file.read_bytes()


@cache
def rule_paths() -> tuple[Path, ...]:
    """Return the folders of the rules."""
    folder = data_folder()
    if folder is None:
        return (ROOT / "rules" / "starter",)
    unpacked = BUILD / "sigma-rules"
    if not unpacked.exists():
        import tarfile  # noqa: PLC0415 - only the first time

        with tarfile.open(folder / "sigma-rules.tar.gz") as archive:
            archive.extractall(unpacked, filter="data")
    found = unpacked / "sigma-rules" if (unpacked / "sigma-rules").exists() else unpacked
    return tuple(found / name for name in CORPUS)


@cache
def all_rules() -> RuleSet:
    """Return all rules."""
    return load(*rule_paths(), on_error="skip")


@cache
def windows() -> bytes:
    """Return the program of all rules for Windows."""
    return program(rule for rule in all_rules() if _product(rule) == "windows")


@cache
def process_creation(most: int | None = None) -> bytes:
    """Return the program of rules for process creation on Windows, the first so many."""
    return program(process_rules()[:most])


@cache
def process_rules() -> list[IrRule]:
    """Return the rules for process creation on Windows that need no placeholders."""
    return [
        rule
        for rule in all_rules()
        if _product(rule) == "windows"
        and rule.logsource.category == "process_creation"
        and not rule.placeholders
    ]


def program(rules: Iterable[IrRule]) -> bytes:
    """Return the program of rules, those that need placeholders left out."""
    usable = [rule for rule in rules if not rule.placeholders]
    return compile_rules(all_rules().replaced(usable)).to_bytes()


def _product(rule: IrRule) -> str:
    """Return what product a rule is for."""
    return (rule.logsource.product or "").lower()


def fresh(data: bytes) -> Matcher:
    """Return a matcher that has seen nothing."""
    return Matcher.from_bytes(data)


def reference(name: str, folder: str) -> int | None:
    """Return how many matches the reference of the data sets has, if it is at hand."""
    data = data_folder()
    file = data and data / "bench" / "reference.tsv.zst"
    if not file or not file.exists():
        return None
    with file.open("rb") as source:
        text = zstandard.ZstdDecompressor().stream_reader(source).read().decode()
    prefix = f"{name}\t{folder}\t"
    return sum(line.startswith(prefix) for line in text.splitlines())


def events(name: str, most: int) -> list[dict[str, object]]:
    """Return the first events of a stream as dicts."""
    lines = stream(name).split(b"\n", most)[:most]
    return [json.loads(line) for line in lines if line]
