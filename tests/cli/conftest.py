"""A runner for the command line, and a folder with a rule and events."""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tocsin.cli import main

RULE = """\
title: Shell
id: 11111111-2222-4333-8444-555555555555
status: test
description: A shell talks to the network.
level: high
tags:
    - attack.execution
logsource:
    product: linux
    category: network_connection
detection:
    selection:
        Image|endswith: /bash
    filter:
        DestinationIp: 127.0.0.1
    condition: selection and not filter
"""

HEAD = {"Channel": "Linux-Sysmon/Operational", "EventID": 3}
EVENTS = [
    HEAD | {"Image": "/bin/bash", "DestinationIp": "203.0.113.9"},
    HEAD | {"Image": "/bin/bash", "DestinationIp": "127.0.0.1"},
    HEAD | {"Image": "/bin/cat", "DestinationIp": "203.0.113.9"},
]

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command line and gives its result."""
    monkeypatch.setenv("TOCSIN_CACHE", str(tmp_path_factory.mktemp("cache")))

    def call(*arguments: object, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments], input=stdin)

    return call


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    """Return a file with a rule."""
    file = tmp_path / "shell.yml"
    file.write_text(RULE, "utf-8")
    return file


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """Return a file with events, of which the rule matches the first."""
    return write_events(tmp_path / "events.jsonl", EVENTS)


def write_events(file: Path, found: Iterable[Mapping[str, object]]) -> Path:
    """Write events as JSON lines and return the file."""
    file.write_text("".join(json.dumps(event) + "\n" for event in found), "utf-8")
    return file
