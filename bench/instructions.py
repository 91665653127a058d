"""Counts the instructions of three fixed workloads: ``python -m bench.instructions``.

Noise does not touch such counts, so a change that costs speed is seen in them. The counts of the
last time are kept in ``instructions.json`` beside this module; what is printed is the difference,
and ``--write`` keeps the new ones. Counts of different compilers do not compare; the file says of
which compiler they are.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.driver import BUILD, EVENTS, build, missing, run, workload

KEPT = Path(__file__).with_name("instructions.json")


def count(driver: Path, name: str) -> dict[str, Any]:
    """Return what judging a workload cold takes, and what it finds."""
    program, lines = workload(name)
    command = [
        *("valgrind", "--tool=callgrind", f"--callgrind-out-file={BUILD / f'callgrind.{name}'}"),
        *(str(driver), str(program), str(lines), "cold"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    [found] = re.findall(r"Collected : (\d+)", done.stderr)
    return {
        "instructions": int(found),
        "per event": round(int(found) / EVENTS[name]),
        "result": done.stdout.strip(),
    }


def compiler() -> str:
    """Return the compiler's name and version."""
    return run([os.environ.get("CXX", "c++"), "--version"]).splitlines()[0]


def main() -> None:
    """Count, and print or keep."""
    if missing("valgrind"):
        sys.exit("valgrind is needed to count instructions")
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {"workloads": {}}
    counts: dict[str, dict[str, Any]] = {}
    made = {"compiler": compiler(), "workloads": counts}
    if kept.get("compiler") not in {None, made["compiler"]}:
        print(f"kept for another compiler: {kept['compiler']}")
    driver = build("plain")
    for name in EVENTS:
        now = counts[name] = count(driver, name)
        before = kept["workloads"].get(name)
        print(f"{name:8} {now['instructions']:>13,}  {now['per event']:>7,} an event", end="")
        print(f"  {now['instructions'] / before['instructions'] - 1:+.2%}" if before else "")
        if before and before["result"] != now["result"]:
            sys.exit(f"other hits than before: {before['result']} and {now['result']}")
    if "--write" in sys.argv[1:]:
        KEPT.write_text(json.dumps(made, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
