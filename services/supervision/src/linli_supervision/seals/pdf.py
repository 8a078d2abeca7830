"""Signatures in a PDF whose private keys the server never holds.

Signing is cut in two: `prepare` reserves the place and returns what the custodian's own device must sign; `embed` puts
that signature in after it was checked. Each signature is an incremental update, so earlier ones stay valid.

pyHanko takes half a second to import and most processes never sign: it is imported where it is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from asn1crypto import cms  # type: ignore[import-untyped]
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import ExternalSigner

RESERVED_BYTES = 8192
"""Hex digits kept for one CMS object; two P-256 certificates and the attributes take about 4,000."""
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_MECHANISM = cms.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


class UnreadablePdf(ValueError):
    """Not a PDF that a signature can be added to."""


class WrongSignature(ValueError):
    """The signature was not made over these bytes with the key of this certificate."""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs and what the signature says about itself."""

    field: str
    certificate: bytes
    issuer: bytes
    name: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that waits for one signature; `attributes` (DER) is what the device signs."""

    document: bytes
    digest: bytes
    region_start: int
    region_end: int
    attributes: bytes


def count_signatures(document: bytes) -> int:
    """Return how many signatures the PDF carries; raise UnreadablePdf when none can be added."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(document), strict=False)
        if reader.encrypted or int(reader.root["/Pages"]["/Count"]) < 1:
            raise UnreadablePdf("encrypted or empty")
        return len(reader.embedded_signatures)
    except UnreadablePdf:
        raise
    # The parser meets arbitrary bytes here and leaks key, type and index errors of its own.
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise UnreadablePdf("not a PDF") from error


async def rehearse(document: bytes) -> None:
    """Lay out a signature that nobody will make; raise UnreadablePdf when the document cannot take one.

    A file may be read and yet not be written on: that must show when the use is requested, not when the seal lies open.
    """
    try:
        await prepare(document, _stand_in())
    # The writer meets arbitrary structures here and leaks errors of every kind.
    except Exception as error:
        raise UnreadablePdf("no signature can be added") from error


@cache
def _stand_in() -> Signing:
    """A certificate that nobody holds, made once in each process; it never leaves this module."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rehearsal")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )
    return Signing("LinliSeal1", certificate, certificate, "印章片保管人" * 4, "用印", "000000000000")


def _signer(signing: Signing, value: bytes | int) -> ExternalSigner:
    from pyhanko.sign.signers.pdf_cms import ExternalSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(asn1_x509.Certificate.load(signing.issuer))
    return ExternalSigner(
        signing_cert=asn1_x509.Certificate.load(signing.certificate),
        cert_registry=store,
        signature_value=value,
        signature_mechanism=_MECHANISM,
    )


async def prepare(document: bytes, signing: Signing) -> Prepared:
    """Reserve the next signature field; about 20 ms."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

    signer = _signer(signing, 72)
    metadata = PdfSignatureMetadata(
        field_name=signing.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=signing.name,
        reason=signing.reason,
        location=signing.place,
    )
    output = BytesIO()
    digest, _, _ = await PdfSigner(metadata, signer).async_digest_doc_for_signing(
        IncrementalPdfFileWriter(BytesIO(document), strict=False), bytes_reserved=RESERVED_BYTES, output=output
    )
    attributes = await signer.signed_attrs(digest.document_digest, "sha256", use_pades=True)
    return Prepared(
        document=output.getvalue(),
        digest=digest.document_digest,
        region_start=digest.reserved_region_start,
        region_end=digest.reserved_region_end,
        attributes=attributes.dump(),
    )


def der_signature(signature: bytes) -> bytes:
    """Return the DER form of an ECDSA P-256 signature given as DER or as WebCrypto's r ‖ s."""
    if len(signature) == 64:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    else:
        try:
            r, s = decode_dss_signature(signature)
        except ValueError as error:
            raise WrongSignature("neither DER nor r ‖ s") from error
    if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
        raise WrongSignature("out of range")
    return encode_dss_signature(r, s)


def check_signature(certificate: bytes, message: bytes, signature: bytes) -> None:
    """Raise WrongSignature unless the certificate's key signed `message` (ECDSA P-256, SHA-256, DER)."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise WrongSignature("not an elliptic curve key")
    try:
        key.verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise WrongSignature("the signature does not hold") from error


async def embed(prepared: Prepared, signing: Signing, signature: bytes) -> bytes:
    """Return the signed document; the signature (DER or r ‖ s) is checked before anything is written."""
    from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
    from pyhanko.sign.signers.pdf_signer import PdfTBSDocument

    der = der_signature(signature)
    check_signature(signing.certificate, prepared.attributes, der)
    container = await _signer(signing, der).async_sign_prescribed_attributes(
        "sha256", signed_attrs=cms.CMSAttributes.load(prepared.attributes)
    )
    output = BytesIO(prepared.document)
    await PdfTBSDocument.async_finish_signing(
        output,
        PreparedByteRangeDigest(prepared.digest, prepared.region_start, prepared.region_end),
        container,
    )
    return output.getvalue()


def fingerprint(document: bytes) -> str:
    return sha256(document).hexdigest()
