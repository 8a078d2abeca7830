"""Ports that are kept for later are none that a connection may get meanwhile."""

import socket
from pathlib import Path

from linli_launcher.postgres import free_port


def test_a_free_port_is_none_of_those_for_outgoing_connections() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    found = {free_port() for _ in range(20)}
    assert max(found) + 3 < first
    assert len(found) > 1, "two systems that start together choose apart"


def test_a_port_that_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
        listener.listen()
        assert listener.getsockname()[1] not in {free_port() for _ in range(20)}
