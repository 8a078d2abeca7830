"""How long the next sign-in attempt has to wait.

A budget belongs to one pair (name or phone, source) or (name, known device), or to a source alone; never to a name
alone, so that no stranger can use up the attempts of the person who owns the account. A phone alone has one for the
messages it gets, with short pauses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Rule:
    """How many failures are free, and how the delay grows after them."""

    free: int
    first_delay: timedelta
    longest_delay: timedelta
    forgotten_after: timedelta


# 等保三级 asks for a lock-out after a few failures (FACTS §6); five mistakes are free, the delay then doubles to a
# quarter of an hour.
BY_NAME = Rule(5, timedelta(seconds=5), timedelta(minutes=15), timedelta(hours=1))
# A hall shares one address: thirty free failures leave room for a morning's mistakes of a dozen clerks.
BY_SOURCE = Rule(30, timedelta(seconds=5), timedelta(minutes=15), timedelta(hours=1))
# Five guesses at the codes of one number from one address, then as long as a code lives.
BY_GUESS = Rule(5, timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
# Codes by SMS cost money and disturb people: three an hour from one address, then growing pauses.
BY_PHONE = Rule(3, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=1))
# What many addresses together may ask for one number. Its owner waits for strangers too, but never long.
BY_PHONE_FROM_ANYWHERE = Rule(10, timedelta(seconds=30), timedelta(minutes=2), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Budget:
    """What one key has used up. `blocked_until` is the first instant of the next permitted attempt."""

    failures: int
    last: datetime
    blocked_until: datetime


def delay(failures: int, rule: Rule) -> timedelta:
    """Return the pause that follows the given number of failures."""
    over = failures - rule.free
    if over < 0:
        return timedelta(0)
    # 2**40 seconds exceeds every longest_delay; the cap keeps the multiplication inside timedelta's range.
    return min(rule.first_delay * (1 << min(over, 40)), rule.longest_delay)


def waiting(budget: Budget | None, now: datetime) -> timedelta:
    """Return how long the key still has to wait; zero when an attempt is permitted."""
    if budget is None or budget.blocked_until <= now:
        return timedelta(0)
    return budget.blocked_until - now


def charge(budget: Budget | None, now: datetime, rule: Rule) -> Budget:
    """Count one attempt as failed, before the password is looked at.

    Charging first means that a hundred parallel guesses are a hundred failures; a success is refunded afterwards.
    """
    failures = 1 if budget is None or now - budget.last >= rule.forgotten_after else budget.failures + 1
    return Budget(failures, now, now + delay(failures, rule))


def refund(budget: Budget, now: datetime) -> Budget | None:
    """Take back the attempt that turned out to be right; None when nothing remains to be remembered.

    The pause it was charged with goes too. Past the free attempts only one can be under way, so nobody else's pause is
    lifted.
    """
    return None if budget.failures <= 1 else Budget(budget.failures - 1, budget.last, now)


def source_of(address: str) -> str:
    """Return what counts as one source: an IPv4 address, or the /64 that one IPv6 subscriber owns."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(IPv6Address(int(parsed) >> 64 << 64)) + "/64"
    return str(parsed)
