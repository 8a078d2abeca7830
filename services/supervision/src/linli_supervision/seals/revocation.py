"""The county's revocation list: certificates of keys that were lost or whose custodian changed. Source: RFC 5280 §5."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from linli_supervision.rows import Row
from linli_supervision.seals.certificates import Authority, WrongKey

RENEWED_AFTER = timedelta(days=1)
"""A reader fetches the list again after this time at the latest."""
_REASONS = {
    "lost": x509.ReasonFlags.key_compromise,
    "stolen": x509.ReasonFlags.key_compromise,
    "damaged": x509.ReasonFlags.cessation_of_operation,
    "custodian_changed": x509.ReasonFlags.affiliation_changed,
}


def revocation_list(authority: Authority, revoked: Iterable[Row], now: datetime) -> bytes:
    """Return the signed list (DER) of `revoked` rows: serial (hexadecimal), replaced_at, revoked (why)."""
    key = serialization.load_der_private_key(authority.private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WrongKey("authority")
    issuer = x509.load_der_x509_certificate(authority.certificate)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + RENEWED_AFTER)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
    )
    for row in revoked:
        made = made.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(int(row["serial"], 16))
            .revocation_date(row["replaced_at"])
            .add_extension(x509.CRLReason(_REASONS[row["revoked"]]), critical=False)
            .build()
        )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
