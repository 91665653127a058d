"""Repeated work leaves nothing behind: neither Python's objects nor memory of the engine.

A process of its own goes through the same rounds again and again. After the first rounds, which
fill caches and the allocator's stock, memory must stay where it is. What one round allocates is
large beside the bounds: had every round kept its matcher, its events or its verdicts, they would
be passed many times over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

ROUNDS = 30
MOST_TRACED = 192 << 10  # bytes; free lists of the interpreter fill, up to 100 KB
MOST_RESIDENT = 6 << 20  # bytes; a matcher and its verdicts take over half a megabyte

CHILD = """
import gc, json, pickle, sys, tracemalloc
import pyarrow
from tocsin import loads
from tocsin.matcher.matcher import Matcher

RULE = '''
title: N
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: ['toolN ', 'xN'], Image|endswith: '.exe'}
  odd: {CommandLine|re: 'a+bN'}
  words: ['keywordN']
  condition: (selection and not odd) or words
'''
TEXT = '---'.join(RULE.replace('N', str(number)) for number in range(12))
EVENTS = [
    {'Channel': 'Microsoft-Windows-Sysmon/Operational', 'Provider_Name': 'Microsoft-Windows-Sysmon',
     'EventID': 1, 'Image': 'C:\\\\a%d.exe' % number, 'User': 'ü' * number,
     'CommandLine': 'run tool%d now %d keyword%d' % (number % 40, number, number % 50)}
    for number in range(60)
]
LINES = b''.join(json.dumps(event).encode() + b'\\n' for event in EVENTS) + b'{"broken\\n'
TABLE = pyarrow.Table.from_pylist(EVENTS)
USED = list(loads(TEXT))

def once():
    matcher = Matcher(list(loads(TEXT)))
    found = [len(list(matcher.match(event))) for event in EVENTS]
    assert sum(found) > 20
    assert sum(1 for _ in matcher.match_json(LINES)) == sum(found)
    assert sum(1 for _ in matcher.match_arrow(TABLE)) == sum(found)
    again = pickle.loads(pickle.dumps(matcher))
    assert sum(1 for _ in again.match_json(LINES)) == sum(found)
    for bad in (b'', again.to_bytes()[:-9]):
        try:
            Matcher.from_bytes(bad)
        except ValueError:
            continue
        raise AssertionError('a damaged program is taken')
    Matcher(USED)

def resident():
    with open('/proc/self/statm') as file:
        return int(file.read().split()[1]) * 4096

def memory():
    gc.collect()
    return tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else resident()

if sys.argv[1] == 'traced':
    tracemalloc.start()
for _ in range(10):
    once()
before = memory()
for _ in range(int(sys.argv[2])):
    once()
print(json.dumps(memory() - before))
"""


def grown(kind: str) -> int:
    """Return by how many bytes memory grows over the rounds."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, kind, str(ROUNDS)], check=True, capture_output=True, text=True
    )
    return int(json.loads(done.stdout))


def test_objects_of_python_do_not_pile_up() -> None:
    assert grown("traced") < MOST_TRACED


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is resident")
@pytest.mark.skipif("TOCSIN_SANITIZE" in os.environ, reason="sanitizers keep what was given back")
def test_memory_of_the_engine_does_not_pile_up() -> None:
    assert grown("resident") < MOST_RESIDENT
