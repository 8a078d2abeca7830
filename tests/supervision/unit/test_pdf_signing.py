"""Three custodians sign one PDF; poppler, which knows nothing of this project, judges the result."""

import base64
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from linli_supervision.pdf_files import pages_of
from linli_supervision.seals import certificates, pdf

from tests.supervision.people import Custodian, blank_pdf, pdfsig

NOW = datetime.now(UTC).replace(microsecond=0)
SEAL = "0197a3b0-0000-7000-8000-000000000001"
AUTHORITY = certificates.create_authority("421202", NOW)


def _signing(custodian: Custodian, position: int) -> pdf.Signing:
    issued = certificates.issue(
        AUTHORITY,
        custodian.jwk,
        seal_name="花坪村村民委员会印章",
        title=f"第{position}片保管人",
        account=f"a{position}",
        now=NOW,
    )
    return pdf.Signing(
        field=f"Seal{position}",
        certificate=issued.certificate,
        issuer=AUTHORITY.certificate,
        name=f"第{position}片保管人",
        reason="居住情况证明",
        place="花坪村",
    )


async def _seal(document: bytes, pieces: int = 3) -> bytes:
    for position in range(1, pieces + 1):
        custodian = Custodian()
        signing = _signing(custodian, position)
        prepared = await pdf.prepare(document, signing)
        sign = custodian.sign if position % 2 else custodian.sign_der
        document = await pdf.embed(prepared, signing, sign(prepared.attributes))
    return document


async def test_three_incremental_signatures_are_valid_for_pdfsig(tmp_path: Path) -> None:
    sealed = await _seal(blank_pdf())
    said = pdfsig(sealed, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 3, said
    assert "第3片保管人" in said
    assert said.count("Total document signed") == 1
    assert pdf.count_signatures(sealed) == 3


async def test_a_signed_paper_is_published_byte_for_byte() -> None:
    sealed = await _seal(blank_pdf(), pieces=1)
    assert pages_of(sealed).content == sealed


async def test_one_flipped_byte_breaks_every_signature(tmp_path: Path) -> None:
    original = blank_pdf()
    sealed = bytearray(await _seal(original))
    sealed[original.index(b"595")] ^= 1
    said = pdfsig(bytes(sealed), tmp_path)
    assert said.count("Digest Mismatch") == 3, said


async def test_a_signature_of_another_key_is_not_embedded() -> None:
    custodian, stranger = Custodian(), Custodian()
    signing = _signing(custodian, 1)
    prepared = await pdf.prepare(blank_pdf(), signing)
    with pytest.raises(pdf.WrongSignature):
        await pdf.embed(prepared, signing, stranger.sign(prepared.attributes))


async def test_a_signature_over_other_bytes_is_not_embedded() -> None:
    custodian = Custodian()
    signing = _signing(custodian, 1)
    prepared = await pdf.prepare(blank_pdf(), signing)
    with pytest.raises(pdf.WrongSignature):
        await pdf.embed(prepared, signing, custodian.sign(prepared.attributes + b"x"))


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"\xff" * 64, b"\x30\x06\x02\x01", b"x" * 71])
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(pdf.WrongSignature):
        pdf.der_signature(signature)


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7\n", b"not a pdf" * 100, blank_pdf()[:200]])
def test_what_is_no_pdf_is_refused(document: bytes) -> None:
    with pytest.raises(pdf.UnreadablePdf):
        pdf.count_signatures(document)


def test_possession_is_proved_by_the_key_itself() -> None:
    custodian = Custodian()
    certificates.check_possession(SEAL, custodian.jwk, custodian.prove(SEAL))
    with pytest.raises(certificates.WrongKey):
        certificates.check_possession(SEAL, custodian.jwk, Custodian().prove(SEAL))
    with pytest.raises(certificates.WrongKey):
        certificates.check_possession("another-seal", custodian.jwk, custodian.prove(SEAL))


@pytest.mark.parametrize(
    "change",
    [{"kty": "RSA"}, {"crv": "P-384"}, {"d": "AAAA"}, {"x": "AAAA"}, {"x": "%%%"}, {"y": "A" * 43}],
)
def test_only_public_p256_keys_are_certified(change: dict[str, str]) -> None:
    with pytest.raises(certificates.WrongKey):
        certificates.public_key(Custodian().jwk | change)


def test_thumbprint_is_that_of_rfc_7638() -> None:
    # The elliptic key of RFC 7517 appendix A.1.
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }
    assert certificates.thumbprint(jwk) == "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"
    assert len(base64.urlsafe_b64decode(certificates.thumbprint(jwk) + "=")) == 32


async def test_a_pdf_that_can_be_read_but_not_signed_is_known_before_the_seal_is_opened() -> None:
    unsignable = re.sub(rb"/Kids\[[^\]]*\]", lambda kids: b"/Kids[" + b" " * (len(kids[0]) - 7) + b"]", blank_pdf())
    assert pdf.count_signatures(unsignable) == 0, "a reader finds nothing wrong"
    with pytest.raises(pdf.UnreadablePdf):
        await pdf.rehearse(unsignable)
    await pdf.rehearse(blank_pdf())
