"""Tokens, ticket order, waits, and what counts as a file."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from linli_kernel import public_tokens as tokens
from linli_kernel.uploads import sniff
from linli_services_desk.materials.domain import missing
from linli_services_desk.windows.domain import Priority, expected_wait, label, rank


@given(st.integers(0, (1 << 128) - 1))
def test_a_number_survives_base_62(number: int) -> None:
    text = tokens.base62(number)
    assert len(text) == tokens.SECRET_LENGTH
    assert tokens.from_base62(text) == number


@given(st.text(max_size=60))
def test_whatever_is_no_token_of_ours_is_refused_quietly(text: str) -> None:
    found = tokens.parse(text)
    assert found is None or str(found) == text


def test_tokens_name_their_county_and_differ() -> None:
    secrets = {tokens.new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    parsed = tokens.parse(f"421202.{next(iter(secrets))}")
    assert parsed is not None
    assert parsed.tenant == "421202"


def test_elders_are_called_before_others() -> None:
    assert rank(Priority.ELDER) < rank(Priority.NORMAL)
    assert (label(Priority.NORMAL, 12), label(Priority.ELDER, 3)) == ("A012", "Y003")


def test_the_wait_is_shared_by_the_open_windows_and_unknown_before_anything_was_measured() -> None:
    assert expected_wait(4, 2, timedelta(minutes=6)) == 12
    assert expected_wait(0, 1, timedelta(minutes=6)) == 0
    assert expected_wait(4, 2, None) is None
    assert expected_wait(4, 0, timedelta(minutes=6)) is None


def test_a_file_is_what_its_bytes_show() -> None:
    assert sniff(b"%PDF-1.7\n") == "application/pdf"
    assert sniff(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert sniff(b"\x00\x00\x00\x18ftypheic") == "image/heic"
    assert sniff(b"<script>alert(1)</script>") is None
    assert sniff(b"MZ\x90\x00") is None
    assert sniff(b"") is None


def test_only_required_materials_that_are_nowhere_are_missing() -> None:
    materials = [{"id": "a", "required": True}, {"id": "b", "required": False}, {"id": "c", "required": True}]
    assert [one["id"] for one in missing(materials, {"c": "deferred"})] == ["a"]
