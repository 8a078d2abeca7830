"""A provider of statutory e-seals for demonstrations: its own authority, a certificate per seal, and a memory of what it signed.

`python -m linli_supervision.eseal_demo --folder DIR` prints the environment that connects an installation to it. It has no
standing in law; it speaks as `linli_kernel.eseal` expects of a real one.
"""

import argparse
import base64
import json
import secrets
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from linli_kernel.clock import Clock, SystemClock
from linli_kernel.eseal import FAMILY
from linli_kernel.signed import SharedSecret

APP = "linli-demo"
UNKNOWN = "UNKNOWN"
"""The one seal it refuses."""


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    ca: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=3650 if ca else 365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(signer, hashes.SHA256())
    )


class DemoProvider(ThreadingHTTPServer):
    """Signs digests for any seal but one; the same request is answered the same."""

    def __init__(self, secret: str, port: int = 0, clock: Clock | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Answering)
        self._clock = clock or SystemClock()
        self.shared = SharedSecret(FAMILY, APP, secret, self._clock)
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "演示签章机构")])
        self.authority = _certificate("演示签章机构", self._key, name, self._key, self._clock.now(), ca=True)
        self._seals: dict[str, tuple[ec.EllipticCurvePrivateKey, x509.Certificate]] = {}
        self._signed: dict[str, tuple[str, bytes]] = {}
        self._lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def _seal(self, code: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        with self._lock:
            if code not in self._seals:
                key = ec.generate_private_key(ec.SECP256R1())
                self._seals[code] = (key, self._certified(code, key))
            return self._seals[code]

    def _certified(self, code: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        return _certificate(code, key, self.authority.subject, self._key, self._clock.now(), ca=False)

    def answer(self, path: str, asked: dict[str, Any]) -> tuple[int, dict[str, str]]:
        if asked.get("seal") == UNKNOWN:
            return 404, {"error": "unknown seal"}
        key, certificate = self._seal(str(asked["seal"]))
        if path == "/certificates":
            return 200, {"certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}
        digest = bytes.fromhex(asked["digest"])
        with self._lock:
            made = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
            known = self._signed.setdefault(asked["request_id"], (asked["digest"], key.sign(digest, made)))
        if known[0] != asked["digest"]:
            return 409, {"error": "another document under this number"}
        return 200, {"signature": base64.b64encode(known[1]).decode()}


class _Answering(BaseHTTPRequestHandler):
    server: DemoProvider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.shared.verified(dict(self.headers.items()), body):
            status, said = 401, {"error": "signature"}
        else:
            status, said = self.server.answer(self.path, json.loads(body))
        content = json.dumps(said).encode()
        self.send_response(status)
        for name, value in self.server.shared.signed(content).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        return


def main() -> None:
    parser = argparse.ArgumentParser(description="a provider of statutory e-seals for demonstrations")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    secret = secrets.token_urlsafe(24)
    server = DemoProvider(secret, asked.port)
    asked.folder.mkdir(parents=True, exist_ok=True)
    authority = asked.folder / "authority.pem"
    authority.write_bytes(server.authority.public_bytes(Encoding.PEM))
    said = {"URL": server.url, "APP": APP, "SECRET": secret, "AUTHORITY": str(authority.resolve())}
    print("\n".join(f"LINLI_ESEAL_{name}={value}" for name, value in said.items()), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
