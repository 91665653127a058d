"""The engine without Python: builds ``native/judge.cpp``, and writes what it is run on.

Three fixed workloads, which depend on nothing outside this folder: rules that are written here and
streams of ``bench.generate``. ``python -m bench.driver race`` (or ``checked``, ``arm``) builds the
driver under a sanitizer, or for another machine, and runs it; `bench.instructions` counts.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from tocsin.matcher.planner import plan
from tocsin.matcher.program import write_program

from bench.generate import WORDS, generate
from setup import simdjson
from tocsin import loads

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "driver"
SOURCE = ROOT / "bench" / "native" / "judge.cpp"
EVENTS = {"mixed": 4000, "process": 3000, "nested": 4000}
FLAGS = {
    "plain": ("-O3", "-g"),
    "checked": (
        *("-O1", "-g", "-fno-omit-frame-pointer"),
        *("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"),
    ),
    "race": ("-O1", "-g", "-fsanitize=thread"),
    "arm": ("-O3", "-static"),
}
ARM = "aarch64-linux-gnu-g++"
_RULE = """\
title: Rule {number}
id: {number}
logsource: {{product: windows, category: {category}}}
detection:
  selection: {{{selection}}}
  filter: {{{filter}}}
  condition: selection and not filter
"""


def rules(count: int, categories: Sequence[str]) -> Iterator[str]:
    """Go through rules in Sigma's language, so many for each category."""
    for category in categories:
        for number in range(count):
            one, two, three = (WORDS[(number * step + 1) % len(WORDS)] for step in (1, 7, 11))
            shapes = _SHAPES[category]
            selection = shapes[number % len(shapes)].format(one, two, three, number)
            leave = f"Image|endswith: '\\{two}{number % 3 or ''}.exe'"
            leave = leave.replace("Image", _SUBJECT.get(category, "Image"))
            yield _RULE.format(
                number=f"{category}-{number}", category=category, selection=selection, filter=leave
            )


_SUBJECT = {"process_access": "SourceImage"}
_SHAPES = {
    "process_creation": (
        "CommandLine|contains: [' {0} {1}', '{2}-{3}'], Image|endswith: '\\{0}.exe'",
        "CommandLine|contains|all: ['{0}', '{1}', ' {2}']",
        "CommandLine|re: '--session-[0-9a-f]*{3}', ParentImage|endswith: ['{0}.exe', '{1}.exe']",
        "Image|endswith: '\\{0}.exe', ParentCommandLine|contains: '{1}'",
        "CommandLine|startswith: '\"C:\\Windows', CommandLine|endswith: ' {0}'",
        "CommandLine: '*\\{0}.exe* {1} *{2}*'",
    ),
    "process_access": (
        "TargetImage|endswith: '\\{0}.exe', GrantedAccess: ['0x1fffff', '0x{3}']",
        "CallTrace|contains: ['{0}.dll+10{3}', '\\{1}.dll'], SourceImage|contains: '{2}'",
    ),
    "registry_set": (
        "TargetObject|contains: ['\\{0}\\{1}', '\\run{3}'], Details: '(Empty)'",
        "TargetObject|re: 'Vendor.{0}.[a-f]*{3}'",
    ),
    "image_load": (
        "ImageLoaded|endswith: '\\{0}{3}.dll', Signed: 'true'",
        "Hashes|contains: 'IMPHASH=0{3}', Image|contains: '{1}'",
    ),
}


def texts(name: str) -> list[str]:
    """Return the rules of a workload."""
    if name == "process":
        return list(rules(900, ("process_creation",)))
    return list(rules(60, tuple(_SHAPES)))


@cache
def workload(name: str) -> tuple[Path, Path]:
    """Write a workload; return the program's file and that of the lines."""
    BUILD.mkdir(parents=True, exist_ok=True)
    program, lines = BUILD / f"{name}.program", BUILD / f"{name}.jsonl"
    program.write_bytes(write_program(plan(list(loads("---\n".join(texts(name)))))))
    lines.write_bytes(b"".join(islice(generate(name, EVENTS[name]), EVENTS[name])))
    return program, lines


def build(flavour: str) -> Path:
    """Compile the driver, and return its file; the parser's object is kept."""
    BUILD.mkdir(parents=True, exist_ok=True)
    compiler = ARM if flavour == "arm" else os.environ.get("CXX", "c++")
    parser = simdjson()
    command = [compiler, "-std=c++17", *FLAGS[flavour], f"-I{ROOT / 'matcher' / 'native'}"]
    command.append(f"-I{parser}")
    kept, made = BUILD / f"simdjson-{flavour}.o", BUILD / f"judge-{flavour}"
    if not kept.exists():
        run([*command, "-c", str(parser / "simdjson.cpp"), "-o", str(kept)])
    run([*command, str(SOURCE), str(kept), "-o", str(made), "-pthread"])
    return made


def run(command: Sequence[str | Path]) -> str:
    """Run a command, and return what it prints; its complaints go to the user's screen."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def race(rounds: int = 3) -> None:
    """Let threads hammer one engine under the thread sanitizer."""
    driver = build("race")
    for name in EVENTS:
        print(name, run([driver, *workload(name), "race", "6", str(rounds)]), end="")
        print(name, run([driver, *workload(name), "parts", "4", str(rounds)]), end="")


def checked() -> None:
    """Judge the workloads under the address, leak and undefined behaviour sanitizers."""
    driver = build("checked")
    for name in EVENTS:
        print(name, run([driver, *workload(name), "warm", "2"]).splitlines()[-1])
        print(name, run([driver, *workload(name), "race", "3", "1"]), end="")
        print(name, run([driver, *workload(name), "parts", "3", "1"]), end="")


def arm() -> None:
    """Judge the workloads on an emulated ARM machine; the hits must be those of this one."""
    here, there = build("plain"), build("arm")
    for name in EVENTS:
        wanted = run([here, *workload(name), "print"])
        found = run(["qemu-aarch64", there, *workload(name), "print"])
        print(f"{name}: {len(wanted.splitlines())} hits, {'the same' if wanted == found else 'NO'}")
        if wanted != found:
            sys.exit("the hits differ")


def missing(*commands: str) -> list[str]:
    """Return which commands are not there."""
    return [command for command in commands if shutil.which(command) is None]


if __name__ == "__main__":
    kinds = {"race": race, "checked": checked, "arm": arm}
    for word in sys.argv[1:] or ["checked", "race"]:
        if word == "arm" and missing(ARM, "qemu-aarch64"):
            sys.exit(f"for ARM {ARM} and qemu-aarch64 are needed")
        kinds[word]()
