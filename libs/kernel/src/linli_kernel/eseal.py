"""A provider of statutory e-seals over HTTP: its certificate for a seal, and its signature under the digest of a document.

The document never leaves: the provider gets SHA-256 of what it signs and the seal's code. It signs a request number once,
however often it is told it. What comes back counts only when it is a signature over these bytes by a certificate that the
configured authority issued and that is valid now. A refusal for good is `SealRefused`; whatever else is no valid answer is
`Unavailable` and may be tried again.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import httpx
import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from .clock import Clock
from .errors import Conflict, Unavailable
from .signed import SharedSecret, is_busy, nameless

FAMILY = "X-Seal"
AGAIN_SECONDS = 30


class SealRefused(Conflict):
    """The provider will never sign this: a seal that it does not know, or one that was withdrawn."""

    code = "eseal.refused"
    zh = "电子印章服务机构拒绝签章"
    en = "The provider of the seal refuses"


class SealSettings(BaseSettings):
    """Where statutory seals come from; without an address there are none."""

    model_config = SettingsConfigDict(env_prefix="LINLI_ESEAL_", extra="ignore")

    url: str | None = Field(None, description="where the provider of statutory e-seals is asked; none: no such seals")
    app: str = Field("", description="what the provider calls this installation")
    secret: SecretStr = Field(SecretStr(""), description="secret shared with the provider; signs and never travels")
    authority: Path | None = Field(None, description="certificate (PEM) of the authority that certifies its seals")
    timeout_seconds: float = Field(10.0, gt=0, le=30, description="until the provider has to answer")


class SealCertificate(msgspec.Struct, frozen=True):
    """Who signs (DER), and who vouches for it."""

    certificate: bytes
    issuer: bytes

    @property
    def serial(self) -> str:
        return f"{x509.load_der_x509_certificate(self.certificate).serial_number:X}"


class SealProvider(Protocol):
    """What supervision asks of a provider, whichever it is."""

    async def certificate(self, seal: str) -> SealCertificate:
        """The certificate that signs for a seal now."""
        ...

    async def sign(self, request_id: str, seal: str, content: bytes, known: SealCertificate) -> bytes:
        """The signature (DER) over `content` by the known certificate."""
        ...


class _Certificate(msgspec.Struct):
    certificate: str


class _Signature(msgspec.Struct):
    signature: str


_Told = TypeVar("_Told", _Certificate, _Signature)


class HttpSealProvider:
    """Asks over signed HTTP and believes nothing it cannot check; safe for many callers at once."""

    def __init__(self, settings: SealSettings, clock: Clock) -> None:
        if (
            settings.url is None
            or not settings.app
            or not settings.secret.get_secret_value()
            or settings.authority is None
        ):
            raise ValueError("statutory seals need LINLI_ESEAL_URL, _APP, _SECRET and _AUTHORITY")
        self._url = settings.url.rstrip("/")
        self._clock = clock
        self._secret = SharedSecret(FAMILY, settings.app, settings.secret.get_secret_value(), clock)
        self._authority = x509.load_pem_x509_certificate(settings.authority.read_bytes())
        self._client = httpx.AsyncClient(timeout=settings.timeout_seconds, follow_redirects=False)

    @classmethod
    def configured(cls, settings: SealSettings, clock: Clock) -> HttpSealProvider | None:
        """Return the provider, or None where the environment names none."""
        return cls(settings, clock) if settings.url else None

    async def certificate(self, seal: str) -> SealCertificate:
        answer = await self._ask("certificates", {"seal": seal})
        found = _read(answer, _Certificate).certificate
        der = _bytes(found)
        check_certificate(der, self._authority, self._clock.now())
        return SealCertificate(der, self._authority.public_bytes(Encoding.DER))

    async def sign(self, request_id: str, seal: str, content: bytes, known: SealCertificate) -> bytes:
        check_certificate(known.certificate, self._authority, self._clock.now())
        digest = hashlib.sha256(content).digest()
        asked = {"request_id": request_id, "seal": seal, "algorithm": "sha256", "digest": digest.hex()}
        signature = _bytes(_read(await self._ask("signatures", asked), _Signature).signature)
        check_signature(known.certificate, digest, signature)
        return signature

    async def _ask(self, what: str, said: dict[str, str]) -> bytes:
        body = msgspec.json.encode(said)
        headers = {"Content-Type": "application/json", **self._secret.signed(body)}
        try:
            answer = await self._client.post(f"{self._url}/{what}", content=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(retry_after_seconds=AGAIN_SECONDS) from nameless(error)
        if is_busy(answer.status_code):
            raise Unavailable(retry_after_seconds=AGAIN_SECONDS)
        if not self._secret.verified(answer.headers, answer.content):
            # Somebody else answered, or the secret is another one: that must not end a use for good.
            raise Unavailable(retry_after_seconds=AGAIN_SECONDS)
        if answer.status_code >= 400:
            raise SealRefused
        return answer.content

    async def aclose(self) -> None:
        await self._client.aclose()


def _read(body: bytes, kind: type[_Told]) -> _Told:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise Unavailable(retry_after_seconds=AGAIN_SECONDS) from error


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Unavailable(retry_after_seconds=AGAIN_SECONDS) from error


def check_certificate(der: bytes, authority: x509.Certificate, now: datetime) -> None:
    """Raise Unavailable unless the authority issued it, it is valid now, and it may sign (P-256)."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.verify_directly_issued_by(authority)
        signs = certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
        key = certificate.public_key()
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
        raise Unavailable(retry_after_seconds=AGAIN_SECONDS) from error
    good = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    if not (signs and good and certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc):
        raise Unavailable(retry_after_seconds=AGAIN_SECONDS)


def check_signature(certificate: bytes, digest: bytes, signature: bytes) -> None:
    """Raise Unavailable unless the certificate's key signed this SHA-256."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        key.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    except InvalidSignature as error:
        raise Unavailable(retry_after_seconds=AGAIN_SECONDS) from error
