"""Networks of addresses: how `cidr` values are read, and the named sets of the native language.

The named sets follow the IANA special-purpose address registries for IPv4 and IPv6 (state of
2025) and the multicast registries.
"""

import ipaddress
from functools import cache

from .values import Network

_Any = ipaddress.IPv4Network | ipaddress.IPv6Network

SETS: dict[str, tuple[str, ...]] = {
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "loopback": ("127.0.0.0/8", "::1/128"),
    "link_local": ("169.254.0.0/16", "fe80::/10"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "reserved": (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
        "::/128",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
    ),
}
"""Set names and their networks; `global` is what none of them holds."""

GLOBAL = "global"
NAMES = (*SETS, GLOBAL)


def read_network(text: str) -> Network | str:
    """Return the network that a text such as `10.0.0.0/8` names, or what is wrong with it."""
    try:
        network = ipaddress.ip_network(text, strict=True)
    except ValueError:
        return _fault(text)
    return _as_value(network)


def read_networks(text: str) -> tuple[Network, ...] | str:
    """Return the networks of a text or of a named set, or what is wrong with it."""
    if text == GLOBAL:
        return _global()
    if text in SETS:
        return tuple(_as_value(ipaddress.ip_network(name)) for name in SETS[text])
    network = read_network(text)
    return network if isinstance(network, str) else (network,)


def network_text(network: Network) -> str:
    """Return the usual spelling of a network."""
    return str(_as_network(network))


def corrected(text: str) -> str | None:
    """Return the network that a text with host bits set lies in, or `None`."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return None


def _fault(text: str) -> str:
    """Say what is wrong with a text that is no network."""
    return "has host bits set" if corrected(text) else "is not an IPv4 or IPv6 network"


def _as_value(network: _Any) -> Network:
    """Return a network of the standard library as a value."""
    return Network(network.version, int(network.network_address), network.prefixlen)


def _as_network(network: Network) -> _Any:
    """Return a value as a network of the standard library."""
    kind = ipaddress.IPv4Network if network.version == 4 else ipaddress.IPv6Network
    return kind((network.address, network.prefix))


@cache
def _global() -> tuple[Network, ...]:
    """Return the addresses that no other set holds: all of IPv4, and IPv6 global unicast."""
    special = [ipaddress.ip_network(text) for texts in SETS.values() for text in texts]
    left: list[_Any] = [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("2000::/3")]
    for hole in special:
        left = [part for network in left for part in _without(network, hole)]
    return tuple(_as_value(network) for network in left)


def _without(network: _Any, hole: _Any) -> list[_Any]:
    """Return a network less a hole, as networks."""
    if network.version != hole.version or not network.overlaps(hole):
        return [network]
    if hole.supernet_of(network):  # type: ignore[arg-type]  # the versions are the same
        return []
    return sorted(network.address_exclude(hole))  # type: ignore[arg-type]  # likewise
