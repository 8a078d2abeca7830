"""Which passwords are good enough, and who may administer whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from linli_gateway.accounts import domain
from linli_gateway.accounts.domain import DEMO_PASSWORD, may_administer, must_change, weaknesses

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def reasons(password: str, *, old: str | None = None, demo: bool = False) -> set[str]:
    return {weakness.code for weakness in weaknesses(password, username="clerk.421202104221", old=old, demo=demo)}


@pytest.mark.parametrize(
    "password", ["Mountain-Flower7", "correct horse battery staple", "花坪村的油菜花三月就开了真好看呀你说是不是呢"]
)
def test_long_or_mixed_passwords_are_good(password: str) -> None:
    assert reasons(password) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1!", domain.TOO_SHORT.code),
        ("a" * 129, domain.TOO_LONG.code),
        ("onlysmallletter", domain.TOO_SIMPLE.code),
        ("Clerk#20261122", domain.HAS_NAME.code),
        ("My-Password-77", domain.COMMON.code),
        ("aaaaaaaaaaA1", domain.REPEATED.code),
    ],
)
def test_each_weakness_is_named(password: str, code: str) -> None:
    assert code in reasons(password)


def test_all_weaknesses_are_told_at_once() -> None:
    assert reasons("clerk") >= {domain.TOO_SHORT.code, domain.TOO_SIMPLE.code, domain.HAS_NAME.code}


def test_the_old_password_is_no_new_one() -> None:
    assert domain.SAME.code in reasons("Mountain-Flower7", old="Mountain-Flower7")


def test_the_demo_password_is_refused_outside_the_demo() -> None:
    assert domain.IS_DEMO.code in reasons(DEMO_PASSWORD)
    assert reasons(DEMO_PASSWORD, demo=True) == set()


def test_a_first_or_an_old_password_has_to_be_changed() -> None:
    assert must_change(flagged=True, changed_at=NOW, now=NOW, max_age=None)
    assert must_change(flagged=False, changed_at=NOW - timedelta(days=90), now=NOW, max_age=timedelta(days=90))
    assert not must_change(flagged=False, changed_at=NOW - timedelta(days=900), now=NOW, max_age=None)


@pytest.mark.parametrize(
    ("actor", "tenant", "roles", "allowed"),
    [
        (("system_admin", "*"), "421202", ["clerk"], True),
        (("system_admin", "*"), "*", ["system_admin"], True),
        (("county_admin", "421202"), "421202", ["clerk", "county_admin"], True),
        (("county_admin", "421202"), "511681", ["clerk"], False),
        (("county_admin", "421202"), "*", [], False),
        (("county_admin", "421202"), "421202", ["system_admin"], False),
        (("clerk", "421202"), "421202", ["clerk"], False),
    ],
)
def test_a_county_administers_its_own_accounts_only(
    actor: tuple[str, str], tenant: str, roles: list[str], allowed: bool
) -> None:
    assert may_administer(actor_role=actor[0], actor_tenant=actor[1], tenant=tenant, roles=roles) is allowed
