"""The corpus and the data sets, loaded once."""

from pathlib import Path

import pytest
from tocsin.dsl.ir import RuleSet
from tocsin.matcher.matcher import Matcher

import tocsin
from tests.conformance.harness import DataSet, data_sets, load_corpus


@pytest.fixture(scope="session")
def corpus(corpus_dir: Path) -> RuleSet:
    """Return the public rules."""
    return load_corpus(corpus_dir)


@pytest.fixture(scope="session")
def matcher(corpus: RuleSet) -> Matcher:
    """Return the public rules compiled."""
    return tocsin.compile(corpus)


@pytest.fixture(scope="session")
def sets(data_dir: Path) -> dict[str, DataSet]:
    """Return the sets of events with expected matches."""
    return data_sets(data_dir)
