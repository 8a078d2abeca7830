"""The platform's own certificate authority for custodians' keys.

A certificate binds a public key made in a custodian's browser to one piece of one seal; no private key of a custodian
is ever here.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from linli_supervision.seals.pdf import WrongSignature, der_signature

AUTHORITY_VALIDITY = timedelta(days=3650)
CUSTODIAN_VALIDITY = timedelta(days=730)
"""Two years: shorter than a committee's five-year term, so keys are renewed within it."""
CLOCK_MARGIN = timedelta(minutes=5)
_COMMON_NAME_LIMIT = 64
"""Upper bound of X.520 ub-common-name."""


class WrongKey(ValueError):
    """Not a public P-256 key in JWK form."""


@dataclass(frozen=True, slots=True)
class Authority:
    certificate: bytes
    private_key: bytes


def _coordinate(jwk: dict[str, str], name: str) -> int:
    text = jwk.get(name, "")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise WrongKey(name) from error
    if len(raw) != 32:
        raise WrongKey(name)
    return int.from_bytes(raw, "big")


def public_key(jwk: dict[str, str]) -> ec.EllipticCurvePublicKey:
    """Read a JWK; a private part is refused, because it must never travel."""
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or "d" in jwk:
        raise WrongKey("kty")
    try:
        return ec.EllipticCurvePublicNumbers(_coordinate(jwk, "x"), _coordinate(jwk, "y"), ec.SECP256R1()).public_key()
    except ValueError as error:
        raise WrongKey("not on the curve") from error


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Return a public key in the form in which a browser sends it."""
    numbers = key.public_numbers()
    x, y = (base64.urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode() for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def thumbprint(jwk: dict[str, str]) -> str:
    """Return the base64url SHA-256 thumbprint of the key.  Source: RFC 7638."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    digest = sha256(json.dumps(members, separators=(",", ":"), sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def possession_message(seal_id: str, jwk: dict[str, str]) -> bytes:
    """Return what the new key signs to prove that its owner holds it."""
    return f"linli-custodian-key:{seal_id}:{thumbprint(jwk)}".encode()


def check_possession(seal_id: str, jwk: dict[str, str], proof: bytes) -> None:
    """Raise WrongKey unless the key itself signed the possession message."""
    key = public_key(jwk)
    try:
        key.verify(der_signature(proof), possession_message(seal_id, jwk), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, WrongSignature) as error:
        raise WrongKey("proof") from error


def create_authority(tenant: str, now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "邻里 Linli"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Linli seal authority {tenant}"[:_COMMON_NAME_LIMIT]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_MARGIN)
        .not_valid_after(now + AUTHORITY_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(
        certificate.public_bytes(serialization.Encoding.DER),
        key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True, slots=True)
class CustodianCertificate:
    certificate: bytes
    serial: str
    not_after: datetime

    @property
    def pem(self) -> str:
        loaded = x509.load_der_x509_certificate(self.certificate)
        return loaded.public_bytes(serialization.Encoding.PEM).decode()


def issue(
    authority: Authority, jwk: dict[str, str], *, seal_name: str, title: str, account: str, now: datetime
) -> CustodianCertificate:
    """Certify a custodian's key for one seal."""
    issuer = x509.load_der_x509_certificate(authority.certificate)
    signing_key = serialization.load_der_private_key(authority.private_key, None)
    if not isinstance(signing_key, ec.EllipticCurvePrivateKey):
        raise WrongKey("authority")
    key = public_key(jwk)
    not_after = min(now + CUSTODIAN_VALIDITY, issuer.not_valid_after_utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, seal_name[:_COMMON_NAME_LIMIT]),
                    x509.NameAttribute(NameOID.COMMON_NAME, title[:_COMMON_NAME_LIMIT]),
                    x509.NameAttribute(NameOID.USER_ID, account),
                ]
            )
        )
        .issuer_name(issuer.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_MARGIN)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    return CustodianCertificate(
        certificate.public_bytes(serialization.Encoding.DER), f"{certificate.serial_number:X}", not_after
    )
