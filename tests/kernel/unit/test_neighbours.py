"""Whom a client of the neighbours trusts."""

import ssl

from linli_kernel.neighbours import certificates


def test_one_address_with_tls_is_checked_against_the_usual_authorities() -> None:
    assert certificates(["http://127.0.0.1:8001", "https://desk.example"]) is True


def test_where_no_address_has_tls_no_authority_is_read_and_none_is_trusted() -> None:
    context = certificates(["http://127.0.0.1:8001"])
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.cert_store_stats()["x509"] == 0
