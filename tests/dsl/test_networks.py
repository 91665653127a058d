"""Networks: reading, spelling, and the named sets."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tocsin.dsl.networks import (
    GLOBAL,
    NAMES,
    corrected,
    network_text,
    read_network,
    read_networks,
)
from tocsin.dsl.values import Network
from tocsin.matcher.addresses import in_network


def test_a_network_is_read_and_spelled() -> None:
    assert read_network("10.0.0.0/8") == Network(4, 10 << 24, 8)
    assert network_text(Network(6, 0xFE80 << 112, 10)) == "fe80::/10"
    assert read_networks("::1/128") == (Network(6, 1, 128),)


@pytest.mark.parametrize(
    ("text", "fault", "close"),
    [
        ("10.0.0.1/8", "has host bits set", "10.0.0.0/8"),
        ("10.0.0.0/33", "is not an IPv4 or IPv6 network", None),
        ("", "is not an IPv4 or IPv6 network", None),
    ],
)
def test_what_is_wrong_with_a_network_is_said(text: str, fault: str, close: str | None) -> None:
    assert read_network(text) == fault
    assert read_networks(text) == fault
    assert corrected(text) == close


def holds(name: str, address: str) -> bool:
    found = read_networks(name)
    assert not isinstance(found, str)
    return any(in_network(address, network) for network in found)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_an_ipv4_address_is_global_or_in_another_set(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    text = str(address)
    others = any(holds(name, text) for name in NAMES if name != GLOBAL)
    if holds(GLOBAL, text):
        assert not others
    elif address.version == 4:
        assert others


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("private", "172.31.255.255"), ("private", "fd00::1"), ("loopback", "127.9.9.9"),
        ("loopback", "::1"), ("link_local", "169.254.1.1"), ("multicast", "ff02::1"),
        ("reserved", "100.64.0.1"), ("reserved", "2001:db8::1"), ("global", "8.8.8.8"),
        ("global", "2606:4700::1111"), ("private", "::ffff:192.168.0.1"),
    ],
)  # fmt: skip
def test_named_sets_hold_what_their_name_says(name: str, address: str) -> None:
    assert holds(name, address)
    assert [other for other in NAMES if holds(other, address)] == [name]
