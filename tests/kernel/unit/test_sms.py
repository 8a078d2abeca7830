"""Who may sign as the provider, and what a place must name before messages leave."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI, FrozenClock
from linli_kernel.settings import ServiceSettings
from linli_kernel.sms import NONCE, SIGNATURE, SmsProvider
from linli_kernel.testing import TokenMaker, service_settings

URL = "https://sms.example.gov.cn/messages"
NAMED = {"sms_url": URL, "sms_app": "linli", "sms_secret": "quite-secret"}


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI))


def settings(**more: Any) -> ServiceSettings:
    return ServiceSettings(**service_settings("postgresql://nowhere/none", TokenMaker(), **more))


def test_a_place_that_names_no_provider_has_none(clock: FrozenClock) -> None:
    assert SmsProvider.configured(settings(), clock) is None
    assert SmsProvider.configured(settings(sms_url=""), clock) is None


@pytest.mark.parametrize("missing", ["sms_app", "sms_secret"])
def test_half_a_provider_stops_the_start(clock: FrozenClock, missing: str) -> None:
    with pytest.raises(ValueError, match="LINLI_SMS_SECRET"):
        SmsProvider.configured(settings(**{name: value for name, value in NAMED.items() if name != missing}), clock)


def test_the_secret_is_not_shown_with_the_settings() -> None:
    assert NAMED["sms_secret"] not in repr(settings(**NAMED))


def test_what_was_signed_is_believed_for_five_minutes_and_for_this_body_alone(clock: FrozenClock) -> None:
    provider = SmsProvider(settings(**NAMED), clock)
    headers = provider.signed(b"{}")
    assert provider.verified(headers, b"{}")
    assert not provider.verified(headers, b"{ }")
    assert not provider.verified({**headers, NONCE: "other"}, b"{}")
    assert not provider.verified({**headers, SIGNATURE: "不是十六进制"}, b"{}")
    assert not provider.verified({}, b"{}")
    clock.move(timedelta(minutes=6))
    assert not provider.verified(headers, b"{}")
