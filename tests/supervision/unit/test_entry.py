"""Leaves: canonical, free of personal references, and erasable."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_supervision.ledger.entry import (
    ACT_TYPE,
    SALT_BYTES,
    Occurrence,
    agrees,
    blind,
    blinding,
    build,
    columns_differ,
    occurrence_from_content,
    subject_differs,
)

RESIDENT = "0197a3b0-0000-7000-8000-000000000011"
ACTOR = "0197a3b0-0000-7000-8000-000000000022"
CASE = "0197a3b0-0000-7000-8000-000000000033"


def _act(**changes: Any) -> Occurrence:
    data = {
        "action": "resident.reveal",
        "object_kind": "resident",
        "object_id": RESIDENT,
        "people": [RESIDENT],
        "division": "421202104221",
        "purpose": "核对张三的证件",
        "case_id": CASE,
        "outcome": "ok",
        "actor": ACTOR,
        "role": "clerk",
        "detail": {"fields": ["identity_number"]},
    } | changes
    return Occurrence("registry", 7, "e1", ACT_TYPE, RESIDENT, "2026-11-22T09:00:00+08:00", data)


def test_a_leaf_says_what_was_done_but_not_to_whom() -> None:
    entry = build("421202", _act(), bytes(SALT_BYTES))
    leaf = json.loads(entry.leaf)
    assert leaf["action"] == "resident.reveal"
    assert leaf["division"] == "421202104221"
    for personal in (RESIDENT, ACTOR, CASE, "张三", "identity_number"):
        assert personal.encode() not in entry.leaf


def test_a_leaf_is_canonical() -> None:
    entry = build("421202", _act(), bytes(SALT_BYTES))
    leaf = json.loads(entry.leaf)
    assert json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == entry.leaf
    shuffled = _act()
    again = Occurrence(
        shuffled.source,
        shuffled.seq,
        shuffled.id,
        shuffled.type,
        shuffled.subject,
        shuffled.time,
        dict(reversed(list(shuffled.data.items()))),
    )
    assert build("421202", again, bytes(SALT_BYTES)).leaf == entry.leaf


def test_the_same_person_looks_different_in_every_entry() -> None:
    one = json.loads(build("421202", _act(), b"1" * SALT_BYTES).leaf)
    two = json.loads(build("421202", _act(), b"2" * SALT_BYTES).leaf)
    assert not {ref for _, ref in one["refs"]} & {ref for _, ref in two["refs"]}


def test_whoever_has_the_salt_can_show_whom_an_entry_concerns() -> None:
    salt = b"s" * SALT_BYTES
    leaf = json.loads(build("421202", _act(), salt).leaf)
    assert ["person", blind(salt, "person", RESIDENT)] in leaf["refs"]
    assert ["actor", blind(salt, "actor", ACTOR)] in leaf["refs"]
    assert ["case", blind(salt, "case", CASE)] in leaf["refs"]


def test_an_event_is_named_after_its_type() -> None:
    event = Occurrence(
        "registry", 1, "e2", "cn.linli.registry.household.created.v1", CASE, "2026-11-22T09:00:00+08:00",
        {"resident_ids": [RESIDENT], "division": "421202104221"},
    )  # fmt: skip
    entry = build("421202", event, bytes(SALT_BYTES))
    assert entry.action == "registry.household.created"
    assert entry.references.object_kind == "household"
    assert entry.references.object_id == CASE
    assert entry.references.people == (RESIDENT,)


@given(st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES), st.binary(max_size=300))
def test_blinding_is_hmac_sha256(salt: bytes, message: bytes) -> None:
    assert blinding(salt)(message) == hmac.digest(salt, message, "sha256").hex()


def _stored(**changes: Any) -> dict[str, Any]:
    """An entry as the verification reads it."""
    entry = build("421202", _act(), b"s" * SALT_BYTES)
    row = {name: getattr(entry, name) for name in ("leaf", "source", "source_seq", "action", "role", "division")}
    row |= {"outcome": entry.outcome, "salt": entry.salt, "content": entry.content}
    row |= {"time": datetime(2026, 11, 22, 1, tzinfo=UTC)}
    return row | {"refs": [f"{kind}:{ref}" for kind, ref in entry.references.pairs()]} | changes


def test_an_entry_as_it_was_written_agrees_with_itself_also_after_erasure() -> None:
    assert agrees("421202", _stored())
    assert agrees("421202", _stored(salt=None, content=None, refs=None))


@pytest.mark.parametrize(
    "change",
    [
        {"leaf": b"\xff"},
        {"leaf": b'{"seq":7}'},
        {"source": "desk"},
        {"source_seq": 8},
        {"action": "resident.read"},
        {"role": "auditor"},
        {"division": "421202104222"},
        {"outcome": "refused"},
        {"time": datetime(2026, 11, 22, 2, tzinfo=UTC)},
        {"salt": b"t" * SALT_BYTES},
        {"content": b"{}"},
        {"content": b"\xff"},
        {"refs": [f"person:{RESIDENT}"]},
    ],
    ids=str,
)
def test_an_entry_that_was_changed_anywhere_does_not_agree(change: dict[str, Any]) -> None:
    assert not agrees("421202", _stored(**change))


def test_a_leaf_that_is_no_text_any_more_is_named_not_stumbled_over() -> None:
    assert columns_differ(b'{"tenant":"\xff"}', {}) == ["leaf"]
    assert subject_differs(b'{"content":"\xff"}', bytes(SALT_BYTES), b"{}")


def test_a_changed_column_is_noticed() -> None:
    entry = build("421202", _act(), bytes(SALT_BYTES))
    columns = {
        "tenant": "421202",
        "source": "registry",
        "source_seq": 7,
        "action": "resident.reveal",
        "role": "clerk",
        "division": "421202104221",
        "outcome": "ok",
        "time": datetime(2026, 11, 22, 1, tzinfo=UTC),
    }
    assert columns_differ(entry.leaf, columns) == []
    assert columns_differ(entry.leaf, columns | {"role": "auditor"}) == ["role"]


def test_content_kept_beside_the_leaf_rebuilds_it() -> None:
    salt = b"s" * SALT_BYTES
    entry = build("421202", _act(), salt)
    occurrence = occurrence_from_content("registry", 7, "2026-11-22T09:00:00+08:00", entry.content)
    assert build("421202", occurrence, salt).leaf == entry.leaf
    assert not subject_differs(entry.leaf, salt, entry.content)
    assert subject_differs(entry.leaf, salt, entry.content + b" ")


@given(
    st.dictionaries(
        st.text(max_size=12),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
            max_leaves=12,
        ),
    )
)
def test_any_content_becomes_a_leaf(data: dict[str, Any]) -> None:
    for event_type in (ACT_TYPE, "cn.linli.desk.case.accepted.v1", "x", ""):
        occurrence = Occurrence("desk", 1, "e", event_type, "s", "2026-11-22T09:00:00+08:00", data)
        entry = build("421202", occurrence, bytes(SALT_BYTES))
        assert json.loads(entry.leaf)["seq"] == 1
