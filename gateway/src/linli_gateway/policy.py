"""Who may do what at the gateway.

Administration belongs to the system's administrator and, inside one county, to the county's; neither sees residents.
"""

from __future__ import annotations

from enum import StrEnum

from linli_kernel.identity import Role
from linli_kernel.permissions import PUBLIC, Policy, Silent, allow


class Permission(StrEnum):
    SIGN_IN = "session.sign_in"
    SESSION_OWN = "session.own"
    ACCOUNT_OWN = "account.own"
    PLACES_READ = "places.read"
    TOKEN_KEYS_READ = "token_keys.read"  # noqa: S105
    OAUTH_TOKEN = "oauth.token"  # noqa: S105
    HEALTH_READ = "health.read"
    DOCUMENTATION_READ = "documentation.read"
    ACCOUNT_READ = "account.read"
    ACCOUNT_WRITE = "account.write"
    POST_WRITE = "post.write"
    PROPOSAL_READ = "proposal.read"
    PROPOSAL_DECIDE = "proposal.decide"
    CLIENT_READ = "client.read"
    CLIENT_WRITE = "client.write"
    SESSION_READ = "session.read"
    SESSION_END = "session.end"
    SIGN_IN_LOG_READ = "sign_in_log.read"
    OPERATION_LOG_READ = "operation_log.read"
    PROFILE_READ = "profile.read"
    MESSAGE_READ = "message.read"
    SIGNING_KEY_ROTATE = "signing_key.rotate"
    REVOCATION_READ = "revocation.read"
    ACCOUNT_NAME_READ = "account_name.read"
    ACCOUNT_NAME_ASK = "account_name.ask"
    ACCOUNT_SETTING_ASK = "account_setting.ask"
    UPKEEP = "upkeep"


_PEOPLE = allow(*(role for role in Role if role not in (Role.SERVICE, Role.INTEGRATION)))
_ADMINISTRATORS = allow(Role.SYSTEM_ADMIN, Role.COUNTY_ADMIN)
_SYSTEM = allow(Role.SYSTEM_ADMIN)
_SERVICES = allow(Role.SERVICE)

POLICY: Policy = {
    Permission.SIGN_IN: PUBLIC,
    Permission.PLACES_READ: PUBLIC,
    Permission.TOKEN_KEYS_READ: PUBLIC,
    Permission.OAUTH_TOKEN: PUBLIC,
    Permission.HEALTH_READ: PUBLIC,
    Permission.DOCUMENTATION_READ: PUBLIC,
    Permission.SESSION_OWN: _PEOPLE,
    Permission.ACCOUNT_OWN: _PEOPLE,
    Permission.ACCOUNT_READ: _ADMINISTRATORS,
    Permission.ACCOUNT_WRITE: _ADMINISTRATORS,
    Permission.POST_WRITE: _ADMINISTRATORS,
    Permission.PROPOSAL_READ: _ADMINISTRATORS,
    Permission.PROPOSAL_DECIDE: _ADMINISTRATORS,
    Permission.CLIENT_READ: _SYSTEM,
    Permission.CLIENT_WRITE: _SYSTEM,
    Permission.SESSION_READ: _ADMINISTRATORS,
    Permission.SESSION_END: _ADMINISTRATORS,
    Permission.SIGN_IN_LOG_READ: _ADMINISTRATORS,
    Permission.OPERATION_LOG_READ: _ADMINISTRATORS,
    Permission.PROFILE_READ: _PEOPLE,
    Permission.MESSAGE_READ: _SYSTEM,
    Permission.SIGNING_KEY_ROTATE: _SYSTEM,
    Permission.REVOCATION_READ: _SERVICES,
    Permission.ACCOUNT_NAME_ASK: _SERVICES,
    Permission.ACCOUNT_SETTING_ASK: _SERVICES,
    Permission.UPKEEP: _SYSTEM,
    Permission.ACCOUNT_NAME_READ: allow(
        Role.SERVICE, *(role for role in Role if role not in (Role.RESIDENT, Role.INTEGRATION, Role.SERVICE))
    ),
}

SILENT: Silent = {
    "keys, places and rules; no person": (
        "GET .well-known/jwks.json",
        "GET .well-known/oauth-authorization-server",
        "GET auth/v1/places",
        "GET auth/v1/profiles",
        "GET auth/v1/profiles/{profile_id}",
        "GET docs",
    ),
    "kept in the log of sign-ins, which is the gateway's own": (
        "POST auth/v1/sessions",
        "POST auth/v1/sessions/refresh",
        "POST auth/v1/sessions/post",
        "DELETE auth/v1/sessions/current",
        "POST auth/v1/otp",
        "POST oauth2/token",
    ),
    "one's own account": (
        "GET auth/v1/me",
        "PATCH auth/v1/me",
        "PUT auth/v1/me/password",
        "POST auth/v1/me/otp-secret",
        "POST auth/v1/me/otp-secret/confirm",
        "POST auth/v1/me/otp-secret/remove",
    ),
    "accounts of officials and systems, for whoever administers them; no resident": (
        "GET auth/v1/sessions",
        "GET auth/v1/account-names",
        "GET auth/v1/accounts",
        "GET auth/v1/accounts/{account_id}",
        "GET auth/v1/admin-proposals",
        "GET auth/v1/admin-proposals/{proposal_id}",
        "GET auth/v1/sign-ins",
        "GET auth/v1/operations",
        "GET auth/v1/messages",
        "GET auth/v1/clients",
        "GET auth/v1/clients/{row_id}",
    ),
    "names of officials, ended sessions and who set whose password, between services": (
        "GET internal/v1/accounts",
        "GET internal/v1/colleagues",
        "GET internal/v1/password-settings",
        "GET internal/v1/revocations",
    ),
}
"""Routes that write no entry, by reason; every other one has its act in the contract tests."""
