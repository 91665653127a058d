"""Addresses of events: IPv4 and IPv6 text, mapped addresses, zones (D21)."""

import ipaddress
from functools import lru_cache

from ..dsl.values import Network

_LONGEST = 80
"""No address is longer, with a zone of usual length."""


def in_network(text: str, network: Network) -> bool:
    """Return whether a text is an address that lies in the network."""
    address = address_of(text)
    if address is None or address[0] != network.version:
        return False
    bits = (32 if network.version == 4 else 128) - network.prefix
    return address[1] >> bits == network.address >> bits


@lru_cache(maxsize=4096)
def address_of(text: str) -> tuple[int, int] | None:
    """Return the version and the number of an address, or `None` where the text is none.

    A `%zone` is ignored; an IPv4 address mapped into IPv6 is that IPv4 address.
    """
    bare, percent, zone = text.partition("%")
    if len(bare) > _LONGEST or (percent and (not zone or ":" not in bare)):
        return None
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.version, int(address)
