"""The gate that all tests of the KQL target share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import absent
from tocsin.verify import Gate, GateMissingError

FOLDER = Path(__file__).parent / "gate"


@pytest.fixture(scope="session")
def gate() -> Iterator[Gate]:
    """Return Microsoft's parser, running; `make dev` installs it."""
    try:
        running = Gate(FOLDER)
    except GateMissingError as missing:
        absent(f"{missing}")
        raise
    with running:
        yield running
