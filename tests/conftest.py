"""What all tests share: the data sets, golden files, and how hard Hypothesis tries.

Data sets are third-party rules and events kept beside the checkout, not in it. They are found in
``TOCSIN_DATA``, else in ``../shared/data``; without them the tests that need them are skipped, or
fail where ``TOCSIN_REQUIRE_DATA`` is set.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SLOW_IS_FINE = [HealthCheck.too_slow]

settings.register_profile("dev", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile(
    "ci", deadline=None, suppress_health_check=SLOW_IS_FINE, derandomize=True, print_blob=True
)
settings.register_profile(
    "long", deadline=None, suppress_health_check=SLOW_IS_FINE, max_examples=5_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update``: golden files are rewritten, and the difference is reviewed."""
    parser.addoption("--update", action="store_true", help="rewrite golden files")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the data sets unpacked: each ``name.tar.gz`` as a folder ``name``, the rest as it is.

    The copy is made once and kept in the temporary folder; tests must not write to it.
    """
    packed = Path(os.environ.get("TOCSIN_DATA") or ROOT.parent / "shared" / "data")
    if not packed.is_dir():
        absent(f"no data sets at {packed}; name their folder in TOCSIN_DATA")
    return unpacked(packed)


@pytest.fixture(scope="session")
def corpus_dir(data_dir: Path) -> Path:
    """Return the public rule corpus: folders ``rules``, ``unsupported`` and others."""
    return data_dir / "sigma-rules"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a check that a file holds exactly a text; with ``--update`` it writes the file."""
    update = request.config.getoption("--update")

    def check(path: Path, text: str) -> None:
        if update:
            path.write_text(text, "utf-8")
        held = path.read_text("utf-8") if path.exists() else ""
        assert text == held, f"{path.name} holds another text; if yours is right: pytest --update"

    return check


def absent(message: str) -> None:
    """Skip the test, or fail it where everything has to be present."""
    if os.environ.get("TOCSIN_REQUIRE_DATA"):
        pytest.fail(message)
    pytest.skip(message)


def unpacked(packed: Path) -> Path:
    """Return the folder with the data sets of ``packed``, unpacking them at first use."""
    files = sorted(packed.iterdir())
    state = [f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    key = hashlib.sha256("\n".join([str(packed), *state]).encode()).hexdigest()[:12]
    done = Path(tempfile.gettempdir()) / f"tocsin-data-{getattr(os, 'getuid', int)()}-{key}"
    if not done.exists():
        making = Path(tempfile.mkdtemp(prefix="tocsin-data-"))
        for file in files:
            unpack(file, making)
        try:
            making.rename(done)
        except OSError:  # another worker was quicker
            shutil.rmtree(making)
    return done


def unpack(file: Path, into: Path) -> None:
    """Unpack one archive into a folder of its name; link anything else."""
    if file.name.endswith(".tar.gz"):
        with tarfile.open(file) as archive:
            archive.extractall(into / file.name.removesuffix(".tar.gz"), filter="data")
    else:
        (into / file.name).symlink_to(file.resolve())
