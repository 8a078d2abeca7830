"""Every table of the gateway, for migrations and grants."""

from __future__ import annotations

from linli_gateway.accounts.tables import account, known_device
from linli_gateway.attempts.tables import attempt
from linli_gateway.keys.tables import signing_key
from linli_gateway.metadata import metadata
from linli_gateway.oauth.tables import oauth_client
from linli_gateway.posts.tables import post
from linli_gateway.proposals.tables import admin_proposal
from linli_gateway.records.tables import operation, sign_in
from linli_gateway.resident_codes.tables import resident_code, sent_message
from linli_gateway.sessions.tables import refresh_token, revocation, session

__all__ = [
    "account",
    "admin_proposal",
    "attempt",
    "known_device",
    "metadata",
    "oauth_client",
    "operation",
    "post",
    "refresh_token",
    "resident_code",
    "revocation",
    "sent_message",
    "session",
    "sign_in",
    "signing_key",
]
