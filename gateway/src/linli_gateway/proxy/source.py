"""Where a request comes from.

`X-Forwarded-*` is believed only from a proxy that the settings name; otherwise anybody could choose the address that
limits and logs see.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from linli_gateway.proxy.answers import Scope
from linli_gateway.proxy.headers import Inward


@dataclass(frozen=True, slots=True)
class Origin:
    """The caller's address, and the scheme and host it used."""

    address: str
    scheme: str
    host: str


class TrustedProxies:
    """The networks whose forwarding headers are believed."""

    def __init__(self, networks: list[str]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(network, strict=False) for network in networks]

    def trusts(self, address: str) -> bool:
        if not self._networks:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)

    def client_address(self, peer: str, forwarded_for: str | None) -> str:
        """Return the nearest address that is not one of our own proxies, read from the right."""
        if forwarded_for is None or not self.trusts(peer):
            return peer
        address = peer
        for hop in reversed(forwarded_for.split(",")):
            address = hop.strip()
            if not self.trusts(address):
                break
        return address

    def origin(self, scope: Scope, inward: Inward) -> Origin:
        """Return the origin of a raw request."""
        peer = scope["client"][0] if scope.get("client") else "unknown"
        scheme, host = str(scope.get("scheme", "http")), inward.host or ""
        if self.trusts(peer):
            scheme = inward.forwarded_proto if inward.forwarded_proto in ("http", "https") else scheme
            host = inward.forwarded_host or host
            return Origin(self.client_address(peer, inward.forwarded_for), scheme, host)
        return Origin(peer, scheme, host)
