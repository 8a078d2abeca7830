"""Notes and checkpoints against the published examples of C2SP and of the Go implementation."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_supervision.ledger.merkle import EMPTY_ROOT
from linli_supervision.ledger.note import (
    Checkpoint,
    Link,
    NoteError,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    open_note,
)

# golang.org/x/mod/sumdb/note, its documented example.
_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
_NOTE = (
    _TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def _key() -> SigningKey:
    return SigningKey.from_seed("PeterNeumann", base64.b64decode(_SECRET)[1:])


def test_signs_the_published_note_byte_for_byte() -> None:
    assert _key().sign(_TEXT) == _NOTE
    assert str(_key().verifier) == _VERIFIER


def test_opens_the_published_note() -> None:
    assert open_note(_NOTE.encode(), [VerifierKey.parse(_VERIFIER)]) == _TEXT


def test_any_changed_byte_is_refused() -> None:
    key = VerifierKey.parse(_VERIFIER)
    raw = _NOTE.encode()
    for position in range(len(raw)):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        with pytest.raises(NoteError):
            open_note(changed, [key])


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    same = _NOTE.replace("nAM=", "nAN=")
    assert base64.b64decode(same.split()[-1]) == base64.b64decode(_NOTE.split()[-1])
    with pytest.raises(NoteError, match="one spelling"):
        open_note(same.encode(), [VerifierKey.parse(_VERIFIER)])


def test_unknown_signatures_are_passed_over_but_one_known_must_hold() -> None:
    witness = SigningKey.create("witness.example/w")
    note = _NOTE + witness.sign(_TEXT).rsplit("\n\n", 1)[1]
    assert open_note(note.encode(), [VerifierKey.parse(_VERIFIER)]) == _TEXT
    assert open_note(note.encode(), [witness.verifier]) == _TEXT
    with pytest.raises(NoteError):
        open_note(note.encode(), [SigningKey.create("stranger").verifier])


def test_checkpoint_text_is_that_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert Checkpoint.parse(text).text == text


def test_empty_tree_has_size_zero() -> None:
    key = SigningKey.create("linli.example/421202")
    note = key.sign(Checkpoint("linli.example/421202", 0, EMPTY_ROOT).text)
    assert open_checkpoint(note.encode(), key.verifier) == Checkpoint("linli.example/421202", 0, EMPTY_ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n٣\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n1\nAAAA\n",
        "origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
        "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


_PLAIN = f"example.com/l\n7\n{base64.b64encode(EMPTY_ROOT).decode()}\n"


def test_extension_lines_of_any_log_are_kept_as_they_stand() -> None:
    text = _PLAIN + "something of theirs\n\u2014 and more\n"
    assert Checkpoint.parse(text).text == text
    assert Checkpoint.parse(text).link is None
    assert Checkpoint.parse(_PLAIN).text == _PLAIN
    with pytest.raises(NoteError):
        Checkpoint.parse(_PLAIN + "\nafter an empty line\n")


def test_a_checkpoint_says_when_it_was_signed_and_after_which_one() -> None:
    moment = datetime(2026, 11, 22, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    lines = Link.after(_PLAIN, moment).lines
    digest = base64.b64encode(sha256(_PLAIN.encode()).digest()).decode()
    assert lines == ("time 2026-11-22T01:00:00.000005Z", f"previous 7 {digest}")
    link = Checkpoint.parse(_PLAIN + "\n".join(lines) + "\n").link
    assert link == Link(moment.astimezone(UTC), (7, sha256(_PLAIN.encode()).digest()))
    assert Link.parse(Link.after(None, moment).lines) == Link(moment, None)


@pytest.mark.parametrize(
    "lines",
    [
        ("time 2026-11-22T01:00:00Z", "previous none"),
        ("time 2026-11-22T01:00:00.5Z", "previous none"),
        ("time 2026-11-22T01:00:00.000000Z", "previous None"),
        ("time 2026-11-22T01:00:00.000000Z", "previous 07 AAAA"),
        ("time 2026-11-22T01:00:00.000000Z", "previous 7"),
        ("time 2026-11-22T01:00:00.000000Z", "previous 7 AAB="),
        ("time 2026-11-22T01:00:00.000000Z", "none"),
        ("previous none", "time 2026-11-22T01:00:00.000000Z"),
        ("time 2026-11-22T01:00:00.000000Z",),
        ("time 2026-11-22T01:00:00.000000Z", "previous none", "more"),
    ],
)
def test_a_link_has_one_spelling(lines: tuple[str, ...]) -> None:
    assert Link.parse(lines) is None


def test_a_checkpoint_of_another_log_is_refused() -> None:
    key = SigningKey.create("linli.example/421202")
    note = key.sign(Checkpoint("linli.example/511681", 0, EMPTY_ROOT).text)
    with pytest.raises(NoteError):
        open_checkpoint(note.encode(), key.verifier)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_order(data: bytes) -> None:
    with pytest.raises(NoteError):
        open_note(data, [VerifierKey.parse(_VERIFIER)])


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80))
def test_every_text_comes_back(text: str) -> None:
    key = SigningKey.create("a.example/log")
    assert open_note(key.sign(text + "\n").encode(), [key.verifier]) == text + "\n"
