"""Lives of signing keys; one-time and recovery codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
from linli_gateway.keys.domain import KeyLife, due, published, signing
from linli_gateway.second_factor.domain import (
    STEP_SECONDS,
    is_totp_form,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OLD = KeyLife("a", NOW - timedelta(days=90), NOW + 10 * MINUTE, NOW + 70 * MINUTE)
NEW = KeyLife("b", NOW + 10 * MINUTE, None, None)


def test_the_old_key_signs_until_the_new_one_is_known_everywhere() -> None:
    assert signing([OLD, NEW], NOW) == OLD
    assert signing([OLD, NEW], NOW + 10 * MINUTE) == NEW


def test_both_keys_are_published_during_the_change_and_the_old_one_ends() -> None:
    assert published([OLD, NEW], NOW) == [OLD, NEW]
    assert published([OLD, NEW], NOW + 70 * MINUTE) == [NEW]


def test_a_successor_is_due_once_when_the_key_grows_old() -> None:
    alone = KeyLife("a", NOW - timedelta(days=90), None, None)
    assert due([alone], NOW, timedelta(days=90))
    assert not due([OLD, NEW], NOW, timedelta(days=90))
    assert due([], NOW, timedelta(days=90))


def test_a_code_of_the_authenticator_works_once_and_half_a_minute_around() -> None:
    secret = new_secret()
    step = int(NOW.timestamp()) // STEP_SECONDS
    code = pyotp.TOTP(secret).generate_otp(step)
    assert matching_step(secret, code, NOW, 0) == step
    assert matching_step(secret, code, NOW + timedelta(seconds=STEP_SECONDS), 0) == step
    assert matching_step(secret, code, NOW + timedelta(seconds=3 * STEP_SECONDS), 0) is None
    assert matching_step(secret, code, NOW, step) is None


def test_recovery_codes_differ_and_are_read_leniently() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert recovery_digest(codes[0]) == recovery_digest(codes[0].lower().replace("-", " "))


def test_only_six_digits_look_like_an_authenticator() -> None:
    assert is_totp_form("012345")
    assert not is_totp_form("٠١٢٣٤٥")
    assert not is_totp_form("ABCDE-FGHJK")
