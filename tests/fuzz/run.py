"""Run one target under atheris: ``python -m tests.fuzz.run sigma -max_total_time=60``.

Without arguments the names of the targets are printed. What libFuzzer finds is kept under
``build/fuzz``; a crash becomes a case in the suite.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

KEPT = Path("build") / "fuzz"


def main(name: str, *options: str) -> None:
    """Fuzz one target, starting from the seeds and what earlier runs kept."""
    atheris: Any = importlib.import_module("atheris")  # it is not there for the suite

    with atheris.instrument_imports(include=["tocsin"]):
        # instrumented as they are imported, so nothing of Tocsin may have been before
        from .seeds import seeds  # noqa: PLC0415
        from .targets import TARGETS  # noqa: PLC0415
    corpus = KEPT / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = ["-timeout=20", "-rss_limit_mb=2048", "-max_len=4096", f"-artifact_prefix={corpus}-"]
    atheris.Setup([sys.argv[0], *limits, *options, str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(*sys.argv[1:])
    else:
        from .targets import TARGETS

        sys.stdout.write(" ".join(TARGETS) + "\n")
