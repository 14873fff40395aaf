"""Where a webhook may go: to addresses of the public internet, and to the very address that was looked at.

A name is resolved once per attempt, all its addresses are judged, and the connection goes to the one that was judged: a
name that answers differently a moment later leads nowhere else.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from shared.errors import Fault

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> its addresses; raises OSError when there are none."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_TUNNELS = (
    IPv6Network("2001::/32"),
    IPv6Network("2002::/16"),
)  # they carry an IPv4 address of anybody's choice
_HIGHEST_PORT = 65_535
_HOST = re.compile(rb"[A-Za-z0-9._:-]+")
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")


class AddressRefused(Exception):
    """A webhook's name leads to an address that webhooks may not go to."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the machine's resolver knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: not private, loopback, link-local, shared or multicast."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_public_v4(ip.ipv4_mapped)
        return ip in _GLOBAL_UNICAST and ip.is_global and not any(ip in tunnel for tunnel in _TUNNELS)
    return _is_public_v4(ip)


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def faults_of(url: str, *, allow_private: bool, pointer: str = "/url") -> list[Fault]:
    """What is wrong with an address as it is written; what its name leads to is judged at every delivery."""
    try:
        parsed = httpx.URL(url)
        host = parsed.host
    except (httpx.InvalidURL, ValueError):
        return [Fault(pointer, "url_invalid", "This is not a URL.")]
    port_exists = parsed.port is None or 0 < parsed.port <= _HIGHEST_PORT
    if not port_exists or (host and not _HOST.fullmatch(parsed.raw_host)):
        return [Fault(pointer, "url_invalid", "There is no such host or port.")]
    if parsed.scheme not in (("https", "http") if allow_private else ("https",)) or not host:
        return [Fault(pointer, "url_scheme", "Give an https URL.")]
    if parsed.userinfo or parsed.fragment:
        return [Fault(pointer, "url_parts", "Leave out user, password and fragment.")]
    if not allow_private and _is_local(host):
        return [Fault(pointer, "address_refused", "Webhooks go to the public internet only.")]
    return []


def _is_local(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:
        return f".{host.rstrip('.').lower()}".endswith(tuple(f".{name.lstrip('.')}" for name in _LOCAL_NAMES))


async def judged(url: httpx.URL, look_up: Resolve, *, allow_private: bool) -> str:
    """The address to connect to. Raises `AddressRefused` when any address of the host is not public, OSError for none."""
    port = url.port or (443 if url.scheme == "https" else 80)
    addresses = await look_up(url.raw_host.decode("ascii"), port)
    if not addresses:
        raise OSError("no address")
    if not allow_private and not all(is_public(address) for address in addresses):
        raise AddressRefused
    return addresses[0]
