"""What can go wrong with partners' clients in administration. The token endpoint has RFC 6749's own errors."""

from __future__ import annotations

from linli_kernel.errors import Conflict, NotFound


class ClientNotFound(NotFound):
    code = "auth.client_not_found"
    zh = "没有这个接入方"
    en = "There is no such client"


class ClientIdTaken(Conflict):
    code = "auth.client_id_taken"
    zh = "接入方标识 {client_id} 已被使用"
    en = "The client id {client_id} is taken"
