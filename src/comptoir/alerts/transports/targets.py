"""Where a request may go: https to public addresses, and to hosts that the operator names.

An address that somebody types into a page must not reach what stands behind the firewall. The name
is looked up once, each address it has is judged, and the request goes to the one that was judged:
a name that answers differently the second time changes nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import idna

from comptoir.core.refusals import Refusal

URL_CHARS_MAX = 2000
ADDRESSES_TRIED_MAX = 3
NAT64 = ip_network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}

Address = IPv4Address | IPv6Address


class Unreachable(Exception):  # noqa: N818 - it names a state, like our other domain errors
    """Say why a request does not leave: `private_address`, `host_unknown`, `address_invalid`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Target:
    """A web address taken apart, with the numeric addresses it was judged by."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[Address, ...]

    @property
    def numeric_urls(self) -> list[str]:
        """Give what to dial, in this order: the same request, to exactly those machines."""
        hosts = [f"[{ip}]" if ip.version == 6 else str(ip) for ip in self.addresses]
        return [f"{self.scheme}://{host}:{self.port}{self.path}" for host in hosts]

    @property
    def host_header(self) -> str:
        """Give the name the other side knows itself by."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def check_url(text: str, private_hosts: Collection[str]) -> str:
    """Give a web address somebody typed, or refuse it with what to change. Looks nothing up."""
    url = text.strip()
    parts = _split(url)
    if parts is None:
        raise Refusal("Enter the whole address, beginning with https://.")
    host, port = parts.hostname or "", _port(parts)
    if parts.username or parts.password:
        raise Refusal("Leave user name and password out of the address.")
    if parts.scheme == "http" and not _is_named(host, port, private_hosts):
        raise Refusal(
            "The address must begin with https://. Only hosts in COMPTOIR_PRIVATE_HOSTS may be "
            "reached without encryption."
        )
    if (literal := _literal(host)) and not is_public(literal):
        _check_named(host, port, private_hosts)
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        _check_named(host, port, private_hosts)
    return url


def target_of(url: str, private_hosts: Collection[str]) -> Target:
    """Look a web address up and judge where it leads. Raises `Unreachable`."""
    parts = _split(url)
    if parts is None:
        raise Unreachable("address_invalid")
    host, port = _ascii(parts.hostname or ""), _port(parts)
    is_named = _is_named(host, port, private_hosts)
    if parts.scheme != "https" and not is_named:
        raise Unreachable("not_encrypted")
    addresses = _look_up(host, port)
    if not is_named and not all(is_public(address) for address in addresses):
        raise Unreachable("private_address", host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    tried = tuple(dict.fromkeys(addresses))[:ADDRESSES_TRIED_MAX]
    return Target(parts.scheme, host, port, path, tried)


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to the public internet, however it is written."""
    inner = _inner(address)
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(address: Address) -> Address:
    """Unwrap an IPv4 address that travels inside an IPv6 one."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _look_up(host: str, port: int) -> list[Address]:
    if literal := _literal(host):
        return [literal]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("host_unknown", host) from None
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _split(url: str) -> SplitResult | None:
    """Take an address apart; None when it is no web address."""
    if len(url) > URL_CHARS_MAX or not url.isprintable() or any(char.isspace() for char in url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in PORTS and parts.hostname else None


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower().rstrip(".")
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise Unreachable("address_invalid", host) from None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _check_named(host: str, port: int, private_hosts: Collection[str]) -> None:
    if not _is_named(host, port, private_hosts):
        raise Refusal(
            "{host} lies in a private network. Whoever runs this desk can allow it: add it to "
            "COMPTOIR_PRIVATE_HOSTS.",
            host=host,
        )


def _is_named(host: str, port: int, private_hosts: Collection[str]) -> bool:
    host = host.lower().rstrip(".")
    written = f"[{host}]" if ":" in host else host
    return bool({host, written, f"{written}:{port}"} & {name.lower() for name in private_hosts})
