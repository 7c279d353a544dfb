"""Which addresses of the network a feed may be fetched from: public ones, and nothing else."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
OTHER_PORTS = frozenset({8080, 8443})
_LONGEST_HOST = 253
_CARRY_IPV4 = (
    IPv6Network("64:ff9b::/96"),  # NAT64
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("::/96"),
)


def web_address(text: str) -> SplitResult | None:
    """The parts of an address that may be looked up; None for any other."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    is_plain = text.isprintable() and " " not in text and "\\" not in text
    may_port = port is None or port in OTHER_PORTS or port == PORTS.get(parts.scheme)
    has_secret = parts.username is not None or parts.password is not None
    fits = 0 < len(host) <= _LONGEST_HOST
    if parts.scheme in PORTS and is_plain and may_port and fits and not has_secret:
        return parts
    return None


def is_public(address: str) -> bool:
    """Whether anybody in the world reaches the same machine by it.

    IPv6 addresses that carry one of IPv4 are refused whole: what is behind them is somebody else's
    decision.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and _carries_ipv4(found):
        return False
    return found.is_global and not _is_special(found)


def _carries_ipv4(address: IPv6Address) -> bool:
    return address.ipv4_mapped is not None or any(address in each for each in _CARRY_IPV4)


def _is_special(address: IPv4Address | IPv6Address) -> bool:
    return (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )
