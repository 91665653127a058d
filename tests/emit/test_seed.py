"""The first rule: its KQL comes out as it was given, and better."""

from __future__ import annotations

from pathlib import Path

from tocsin.emit.kql import KqlOptions

import tocsin
from tocsin.converting import convert

GIVEN = (
    "imNetworkSession | where "
    '(SrcProcessName endswith "/bin/bash" or DstProcessName endswith "/bin/bash")'
    ' and (not((DstIpAddr in~ ("127.0.0.1", "0.0.0.0"))))'
)


def words(text: str) -> str:
    return "".join(text.split())


def seed(corpus_dir: Path) -> tocsin.RuleSet:
    name = "rules/linux/network_connection/net_connection_lnx_back_connect_shell_dev.yml"
    return tocsin.load(corpus_dir / name)


def test_the_plain_query_of_the_seed_is_the_given_one(corpus_dir: Path) -> None:
    (emission,) = convert(seed(corpus_dir), "kql", options=KqlOptions(plain=True))
    assert words(emission.text) == words(GIVEN)
    assert not emission.losses


def test_the_better_query_asks_the_built_in_function_and_the_index_first(corpus_dir: Path) -> None:
    (emission,) = convert(seed(corpus_dir), "kql")
    assert emission.text.splitlines() == [
        "_Im_NetworkSession",
        '| where not(DstIpAddr in ("127.0.0.1", "0.0.0.0"))',
        '| where SrcProcessName has "bash" or DstProcessName has "bash"',
        '| where SrcProcessName endswith "/bin/bash" or DstProcessName endswith "/bin/bash"',
    ]
