"""Custodians of the tests: each holds a key as a browser would, and signs as WebCrypto does."""

import base64
import subprocess
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from linli_supervision.seals.certificates import possession_message

PDFSIG = "/usr/bin/pdfsig"


class Custodian:
    """A private key that leaves this object as little as a real one leaves the browser."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self._key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": base64.urlsafe_b64encode(numbers.x.to_bytes(32, "big")).rstrip(b"=").decode(),
            "y": base64.urlsafe_b64encode(numbers.y.to_bytes(32, "big")).rstrip(b"=").decode(),
        }

    def sign(self, message: bytes) -> bytes:
        """Return r ‖ s, the form that WebCrypto gives."""
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def sign_der(self, message: bytes) -> bytes:
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))

    def prove(self, seal_id: str) -> bytes:
        return self.sign(possession_message(seal_id, self.jwk))


def blank_pdf() -> bytes:
    document = pdfium.PdfDocument.new()
    document.new_page(595, 842)
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def pdfsig(document: bytes, folder: Path) -> str:
    """Return what poppler's verifier says about the signatures (not about who issued the certificates)."""
    path = folder / "document.pdf"
    path.write_bytes(document)
    return subprocess.run([PDFSIG, "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
