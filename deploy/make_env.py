"""Print an environment file for `docker compose` with fresh secrets: `python3 deploy/make_env.py https://HOST > .env`.

Needs nothing but Python. Keep the file: with the key rings lost, the numbers and phones in the database stay closed.
Where a place's profile demands national algorithms: `python3 deploy/make_env.py --national https://HOST > .env` (SM4 and SM3).
"""

import base64
import json
import os
import secrets
import sys

COMPONENTS = ("REGISTRY", "DESK", "SUPERVISION", "GATEWAY")


def key(size: int = 32) -> str:
    return base64.b64encode(os.urandom(size)).decode()


def lines(public_url: str, *, national: bool = False) -> list[str]:
    made = [f"LINLI_PUBLIC_URL={public_url}", "TLS_CERTIFICATE=./certs/tls.crt", "TLS_KEY=./certs/tls.key"]
    made.append(f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}")
    for component in COMPONENTS:
        algorithm, size = ("sm4-gcm", 16) if national else ("aes-256-gcm", 32)
        ring = {"active": "k1", "algorithm": algorithm, "keys": {"k1": key(size)}, "index": key()}
        made += [f"{component}_{kind}={secrets.token_urlsafe(24)}" for kind in ("OWNER_PASSWORD", "PASSWORD")]
        made += [f"{component}_CLIENT_SECRET={secrets.token_urlsafe(24)}", f"{component}_KEYRING='{json.dumps(ring)}'"]
    return made


if __name__ == "__main__":
    national = sys.argv[1:2] == ["--national"]
    given = sys.argv[2:] if national else sys.argv[1:]
    if len(given) != 1 or not given[0].startswith("https://"):
        sys.exit(__doc__)
    print("\n".join(lines(given[0], national=national)))
