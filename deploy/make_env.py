"""Print an environment file for `docker compose` with fresh secrets: `python3 deploy/make_env.py https://HOST > .env`.

Needs nothing but Python. Keep the file: with the key rings lost, the numbers and phones in the database stay closed.
"""

import base64
import json
import os
import secrets
import sys

COMPONENTS = ("REGISTRY", "DESK", "SUPERVISION", "GATEWAY")


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def lines(public_url: str) -> list[str]:
    made = [f"LINLI_PUBLIC_URL={public_url}", "TLS_CERTIFICATE=./certs/tls.crt", "TLS_KEY=./certs/tls.key"]
    made.append(f"POSTGRES_PASSWORD={secrets.token_urlsafe(24)}")
    for component in COMPONENTS:
        ring = {"active": "k1", "algorithm": "aes-256-gcm", "keys": {"k1": key()}, "index": key()}
        made += [f"{component}_{kind}={secrets.token_urlsafe(24)}" for kind in ("OWNER_PASSWORD", "PASSWORD")]
        made += [f"{component}_CLIENT_SECRET={secrets.token_urlsafe(24)}", f"{component}_KEYRING='{json.dumps(ring)}'"]
    return made


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].startswith("https://"):
        sys.exit(__doc__)
    print("\n".join(lines(sys.argv[1])))
