"""The functions on addresses: null for a text that is no address, as documented.

Odd spellings that the documents leave open (leading zeros, an address with a prefix of its
own, a zone) are refused, so that no proof rests on them.
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_network

from .errors import UnsupportedError

_OPEN_SPELLINGS = re.compile(r"\d+\.\d+(?:\.\d+)*/\d+|.*%.*:|0\d+\.|.*\.0\d")
Address = IPv4Address | IPv6Address


def parse_ipv4(text: str) -> IPv4Address | None:
    """Return the address, or None where the text is none."""
    try:
        return IPv4Address(text)
    except ValueError:
        if _OPEN_SPELLINGS.match(text) and set(text) <= set("0123456789./"):
            raise UnsupportedError(f"the address {text} has an open spelling") from None
        return None


def parse_ipv6(text: str) -> IPv6Address | None:
    """Return the address, an IPv4 one mapped into IPv6, or None where the text is none."""
    if "%" in text:
        return None
    try:
        return IPv6Address(text)
    except ValueError:
        found = parse_ipv4(text)
        return IPv6Address(f"::ffff:{found}") if found else None


def ipv4_is_in_range(text: str, network: str) -> bool | None:
    """Tell whether an IPv4 address lies in a network; null where the text is no address."""
    address = parse_ipv4(text)
    return None if address is None else address in ip_network(network, strict=False)


def ipv4_is_in_any_range(text: str, networks: list[str]) -> bool | None:
    """Tell whether an IPv4 address lies in one of the networks."""
    address = parse_ipv4(text)
    if address is None:
        return None
    return any(address in ip_network(network, strict=False) for network in networks)


def ipv6_is_in_range(text: str, network: str) -> bool | None:
    """Tell whether an address lies in an IPv6 network; null where the text is no address."""
    address = parse_ipv6(text)
    return None if address is None else address in ip_network(network, strict=False)


def ipv6_is_in_any_range(text: str, networks: list[str]) -> bool | None:
    """Tell whether an address lies in one of the IPv6 networks."""
    address = parse_ipv6(text)
    if address is None:
        return None
    return any(address in ip_network(network, strict=False) for network in networks)


def ipv4_is_private(text: str) -> bool | None:
    """Tell whether an IPv4 address is in one of the three private networks."""
    return ipv4_is_in_any_range(text, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])


_IPV4_IN_TEXT = re.compile(r"(?<![0-9A-Za-z])(\d{1,3}(?:\.\d{1,3}){3})(?![0-9A-Za-z])")


def has_any_ipv4_prefix(text: str, prefixes: list[str]) -> bool:
    """Tell whether the text holds an address, set off as a term, with one of the prefixes."""
    found = (match[1] for match in _IPV4_IN_TEXT.finditer(text) if _is_ipv4(match[1]))
    return any(_has_prefix(address, prefix) for address in found for prefix in prefixes)


def _is_ipv4(text: str) -> bool:
    return all(int(part) < 256 for part in text.split("."))


def _has_prefix(address: str, prefix: str) -> bool:
    return address.startswith(prefix) if prefix.endswith(".") else address == prefix
