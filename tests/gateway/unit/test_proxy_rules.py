"""Paths, headers, limits and languages of the way through."""

from __future__ import annotations

import pytest
from linli_gateway.proxy.answers import prefers_english
from linli_gateway.proxy.headers import MalformedHeaders, outward, read_inward
from linli_gateway.proxy.limits import Full, Limit, Places, RateLimiter
from linli_gateway.proxy.source import TrustedProxies
from linli_gateway.proxy.tracing import request_id, traceparent
from linli_gateway.proxy.upstreams import DESK, REGISTRY, SUPERVISION, Directory, unsafe

DIRECTORY = Directory({REGISTRY: "http://r", DESK: "http://d", SUPERVISION: "http://s"})


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/api/registry/v1/residents/search", REGISTRY),
        ("/api/public/v1/divisions", REGISTRY),
        ("/api/public/v1/verifications/421202.abc", DESK),
        ("/api/public/v1/ledger/421202/checkpoint", SUPERVISION),
        ("/api/public/v1/matters", DESK),
        ("/api/public/v1/mattersx", None),
        ("/api/auth/v1/sessions", None),
        ("/internal/v1/events", None),
        ("/api/registry", None),
    ],
)
def test_the_longest_prefix_owns_the_path(path: str, owner: str | None) -> None:
    found = DIRECTORY.find(path)
    assert (found.name if found else None) == owner


@pytest.mark.parametrize(
    "path",
    [
        "/api/registry/../../internal/v1/events",
        "/api/registry/%2e%2e/internal",
        "/api/registry/.%2E/x",
        "/api/registry/v1/..",
        "/api/registry/v1\\..\\internal",
        "/api/registry//internal",
        "/api/registry/v1/a%2f..%2fb",
        "/api/registry/v1/a%00",
        "/api/registry/v1/a%0a",
        "/api/registry/v1/a%1F",
        "/api/registry/v1/a%7f",
        "/api/registry/v1/a\tb",
    ],
)
def test_a_path_that_means_something_else_to_the_service_is_unsafe(path: str) -> None:
    assert unsafe(path)


@pytest.mark.parametrize(
    "path", ["/api/public/v1/ledger/421202/tile/0/x001/067.p/5", "/v/421202.abc", "/a/.well-known/b", "/a/%E5%BC%A0"]
)
def test_dots_inside_names_are_safe(path: str) -> None:
    assert not unsafe(path)


def test_hop_by_hop_and_inner_headers_end_at_the_gateway() -> None:
    inward = read_inward(
        [
            (b"host", b"linli.example"),
            (b"connection", b"close, X-Secret-Hop"),
            (b"x-secret-hop", b"1"),
            (b"x-linli-tenant", b"421202"),
            (b"x-forwarded-for", b"1.2.3.4"),
            (b"cookie", b"linli_refresh=abc"),
            (b"te", b"trailers"),
            (b"if-match", b'"3"'),
            (b"content-length", b"5"),
        ]
    )
    assert inward.passed == [(b"if-match", b'"3"')]
    assert (inward.host, inward.forwarded_for, inward.has_body) == ("linli.example", "1.2.3.4", True)


@pytest.mark.parametrize("value", [b"-1", b"1, 1", b"abc", b"", b"9" * 30])
def test_a_bad_length_is_refused(value: bytes) -> None:
    with pytest.raises(MalformedHeaders):
        read_inward([(b"content-length", value)])


def test_two_lengths_are_refused() -> None:
    with pytest.raises(MalformedHeaders):
        read_inward([(b"content-length", b"3"), (b"content-length", b"3")])


def test_a_services_own_policy_for_content_is_kept() -> None:
    headers = outward(
        [(b"content-security-policy", b"sandbox"), (b"server", b"x"), (b"connection", b"close"), (b"etag", b'"1"')],
        [(b"content-security-policy", b"default-src 'none'"), (b"x-content-type-options", b"nosniff")],
    )
    assert headers == [
        (b"content-security-policy", b"sandbox"),
        (b"etag", b'"1"'),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]


def test_what_does_not_say_that_it_may_be_kept_is_not_kept() -> None:
    assert outward([(b"etag", b'"1"')], []) == [(b"etag", b'"1"'), (b"cache-control", b"no-store")]
    public = [(b"cache-control", b"public, max-age=60")]
    assert outward(public, []) == public


def test_a_bucket_refills_with_time_and_says_when() -> None:
    now = 100.0
    limiter = RateLimiter(Limit(per_second=2, burst=3), clock=lambda: now)
    assert [limiter.take("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.take("a") == pytest.approx(0.5)
    assert limiter.take("b") == 0
    now += 0.5
    assert limiter.take("a") == 0


def test_a_place_is_free_again_when_its_holder_ends() -> None:
    places = Places(2)
    with places.one("a"), places.one("b"):
        with places.one("a"), pytest.raises(Full), places.one("a"):
            raise AssertionError("a third place")
        with places.one("a"):
            pass


def test_the_table_of_buckets_is_bounded() -> None:
    limiter = RateLimiter(Limit(1, 1), capacity=10)
    for number in range(100):
        limiter.take(str(number))
    assert len(limiter) == 10


def test_forwarding_headers_are_believed_from_our_own_proxies_only() -> None:
    proxies = TrustedProxies(["10.0.0.0/8"])
    assert proxies.client_address("192.0.2.9", "1.1.1.1") == "192.0.2.9"
    assert proxies.client_address("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2") == "1.1.1.1"
    assert TrustedProxies([]).client_address("10.0.0.1", "1.1.1.1") == "10.0.0.1"


def test_a_callers_trace_is_continued_and_nonsense_replaced() -> None:
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert traceparent(given).startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert traceparent(given) != given
    assert len(traceparent("00-zz")) == len(given)
    assert request_id("abc-12345") == "abc-12345"
    assert request_id("a b\r\nc") != "a b\r\nc"


@pytest.mark.parametrize(
    ("header", "english"),
    [
        (None, False),
        ("en", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en-US,zh;q=0.5", True),
        ("fr;q=x", False),
        ("en;q=0", False),
    ],
)
def test_chinese_is_the_default_language(header: str | None, english: bool) -> None:
    assert prefers_english(header) is english
