"""What the documents show is what happens: every fenced example is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .checkout import ROOT, files
from .examples import Place, examples, pattern, run, tidy

DOCUMENTS = [
    path for path in files() if path.suffix == ".md" and path.parts[0] not in {"rules", "tests"}
]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<to>[^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(?P<text>.+?)\s*#*$", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_the_examples_of_a_document_hold(document: Path, tmp_path: Path) -> None:
    (tmp_path / "rules").symlink_to(ROOT / "rules", target_is_directory=True)
    place = Place(tmp_path)
    wrong = [
        f"{document}:{example.line}: {fault}"
        for example in examples(document)
        for fault in run(example, place)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_the_links_of_a_document_lead_somewhere(document: Path) -> None:
    text = (ROOT / document).read_text("utf-8")
    wrong = [found["to"] for found in LINK.finditer(text) if not leads(document, found["to"])]
    assert not wrong


def leads(document: Path, link: str) -> bool:
    """Return whether a link's file and heading exist; addresses elsewhere are not visited."""
    if "://" in link or link.startswith("mailto:"):
        return True
    name, _, heading = link.partition("#")
    target = ROOT / document.parent / name if name else ROOT / document
    if not heading or not target.is_file():
        return target.exists()
    return heading in {
        anchor(found["text"]) for found in HEADING.finditer(target.read_text("utf-8"))
    }


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("one\ntwo", "one\ntwo\n", True),
        ("one\n…\nfour", "one\ntwo\nthree\nfour\n", True),
        ("one\n…\nfour", "one\nfour\n", True),
        ("took … seconds", "took 0.3 seconds\n", True),
        ("one\ntwo", "one\n", False),
        ("one", "one\ntwo\n", False),
        ("a.b", "a+b\n", False),
    ],
)
def test_an_expected_output_is_compared_line_by_line(
    expected: str, printed: str, *, same: bool
) -> None:
    assert bool(pattern(expected).fullmatch(tidy(printed))) == same
