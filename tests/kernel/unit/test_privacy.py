"""Encrypted values open only where they belong; masks never show a whole value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linli_kernel.app import require_national
from linli_kernel.ids import new_id
from linli_kernel.privacy import (
    Algorithm,
    DecryptionError,
    IdentityStyle,
    KeyRing,
    KeyRingError,
    Masking,
    group_digits,
    group_identity_number,
    mask_address,
    mask_bank_account,
    mask_identity_number,
    mask_identity_number_on_screen,
    mask_name,
    mask_phone,
)
from linli_kernel.privacy.keyring import key_id_of
from linli_kernel.profile import Profiles

PROJECT = Path(__file__).resolve().parents[3]

RINGS = {algorithm: KeyRing.from_json(KeyRing.generate(algorithm)) for algorithm in Algorithm}
PLACE = {"tenant": "421202", "table": "resident", "column": "identity_number", "row": "r1"}
algorithms = st.sampled_from(list(Algorithm))


def moved(**change: str) -> dict[str, str]:
    return {**PLACE, **change}


@given(algorithms, st.text())
def test_a_value_comes_back(algorithm: Algorithm, value: str) -> None:
    ring = RINGS[algorithm]
    assert ring.decrypt(ring.encrypt(value, **PLACE), **PLACE) == value


@given(algorithms, st.text(max_size=20), st.data())
def test_any_changed_bit_is_refused(algorithm: Algorithm, value: str, data: st.DataObject) -> None:
    ring = RINGS[algorithm]
    stored = bytearray(ring.encrypt(value, **PLACE))
    bit = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DecryptionError):
        ring.decrypt(bytes(stored), **PLACE)


@given(algorithms, st.binary(max_size=60))
def test_rubbish_is_refused(algorithm: Algorithm, stored: bytes) -> None:
    with pytest.raises(DecryptionError):
        RINGS[algorithm].decrypt(stored, **PLACE)


@given(algorithms, st.integers(0, 40))
def test_a_cut_value_is_refused(algorithm: Algorithm, length: int) -> None:
    ring = RINGS[algorithm]
    with pytest.raises(DecryptionError):
        ring.decrypt(ring.encrypt("42122119900101001X", **PLACE)[:length], **PLACE)


@pytest.mark.parametrize(
    "change",
    [{"tenant": "511681"}, {"table": "case"}, {"column": "phone"}, {"row": "r2"}],
    ids=lambda one: next(iter(one)),
)
def test_a_value_moved_to_another_place_does_not_open(change: dict[str, str]) -> None:
    ring = RINGS[Algorithm.AES_256_GCM]
    stored = ring.encrypt("42122119900101001X", **PLACE)
    with pytest.raises(DecryptionError):
        ring.decrypt(stored, **moved(**change))


def test_the_same_value_is_never_stored_twice_the_same() -> None:
    ring = RINGS[Algorithm.AES_256_GCM]
    assert ring.encrypt("13812345678", **PLACE) != ring.encrypt("13812345678", **PLACE)


def test_a_rotated_value_is_under_the_new_key_and_rotation_can_run_twice() -> None:
    old = json.loads(KeyRing.generate())
    new = {**old, "active": "k2", "keys": {**old["keys"], "k2": json.loads(KeyRing.generate())["keys"]["k1"]}}
    stored = KeyRing.from_json(json.dumps(old)).encrypt("42122119900101001X", **PLACE)
    ring = KeyRing.from_json(json.dumps(new))
    assert ring.needs_rotation(stored)
    rotated = ring.rotate(stored, **PLACE)
    assert key_id_of(rotated) == "k2"
    assert not ring.needs_rotation(rotated)
    assert ring.rotate(rotated, **PLACE) == rotated
    assert ring.decrypt(rotated, **PLACE) == "42122119900101001X"


@given(st.binary(max_size=40))
def test_content_that_is_no_text_is_rotated_as_well(content: bytes) -> None:
    old = json.loads(KeyRing.generate())
    new = {**old, "active": "k2", "keys": {**old["keys"], "k2": json.loads(KeyRing.generate())["keys"]["k1"]}}
    stored = KeyRing.from_json(json.dumps(old)).encrypt_bytes(content, **PLACE)
    ring = KeyRing.from_json(json.dumps(new))
    assert ring.decrypt_bytes(ring.rotate(stored, **PLACE), **PLACE) == content


def test_a_ring_moves_from_aes_to_sm4() -> None:
    old = json.loads(KeyRing.generate())
    national = json.loads(KeyRing.generate(Algorithm.SM4_GCM, key_id="s1"))
    both = {
        **national,
        "keys": {**national["keys"], "k1": {"key": old["keys"]["k1"], "algorithm": Algorithm.AES_256_GCM.value}},
    }
    stored = KeyRing.from_json(json.dumps(old)).encrypt("13812345678", **PLACE)
    ring = KeyRing.from_json(json.dumps(both))
    assert ring.decrypt(ring.rotate(stored, **PLACE), **PLACE) == "13812345678"


def test_a_removed_key_is_named_as_the_reason() -> None:
    stored = KeyRing.from_json(KeyRing.generate(key_id="gone")).encrypt("x", **PLACE)
    with pytest.raises(DecryptionError, match="not on the ring"):
        RINGS[Algorithm.AES_256_GCM].decrypt(stored, **PLACE)


@given(algorithms, st.text(), st.text())
def test_equal_values_have_equal_indexes_and_columns_are_kept_apart(algorithm: Algorithm, one: str, two: str) -> None:
    ring = RINGS[algorithm]
    assert (ring.index("phone", one) == ring.index("phone", two)) == (one == two)
    assert ring.index("phone", one) != ring.index("identity_number", one)
    assert len(ring.index("phone", one)) == 32


def test_the_index_of_sm4_rings_is_hmac_sm3() -> None:
    ring = json.loads(KeyRing.generate(Algorithm.SM4_GCM))
    sha = {**ring, "algorithm": "aes-256-gcm", "keys": json.loads(KeyRing.generate())["keys"]}
    assert KeyRing.from_json(json.dumps(ring)).index("phone", "1") != KeyRing.from_json(json.dumps(sha)).index(
        "phone", "1"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"active": "k1", "keys": {"k1": "c2hvcnQ="}, "index": "c2hvcnQ="}',
        '{"active": "k2", "keys": {}, "index": ""}',
        '{"active": "k1", "keys": {"k1": 5}, "index": ""}',
    ],
)
def test_a_malformed_ring_stops_the_start_without_showing_a_key(text: str) -> None:
    with pytest.raises(KeyRingError) as raised:
        KeyRing.from_json(text)
    assert "c2hvcnQ" not in str(raised.value)


def test_a_ring_does_not_show_its_keys() -> None:
    text = KeyRing.generate()
    assert json.loads(text)["index"] not in repr(KeyRing.from_json(text))


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳娜娜", "欧阳*"), ("欧阳", "欧*"), ("买买提·艾力", "买*"), ("王", "*")]
)
def test_a_name_shows_its_surname_only(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_numbers_are_masked_as_the_field_is_used_to() -> None:
    assert mask_identity_number("42120219430611002X") == "421202********002X"
    assert mask_identity_number_on_screen("42120219430611002X") == "421202 1943 ●●●● ●●2X"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_bank_account("6222020200112233445") == "6222***********3445"


def test_a_place_chooses_its_mask() -> None:
    assert Masking(identity_style=IdentityStyle.SCREEN).mask_identity_number("42120219430611002X").endswith("●●2X")


@given(st.text("0123456789X", min_size=1, max_size=30))
def test_a_mask_always_hides_at_least_half_or_four(number: str) -> None:
    for masked in (mask_identity_number(number), mask_phone(number), mask_bank_account(number)):
        assert len(masked) == len(number)
        assert masked.count("*") >= min(4, (len(number) + 1) // 2)


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("咸宁市咸安区贺胜桥镇花坪村3组12号", "咸宁市咸安区贺胜桥镇花坪村3组**"),
        ("中村镇花坪村二组", "中村镇花坪村二组"),
        ("华蓥市古桥街道古桥社区迎宾路12号", "华蓥市古桥街道古桥社区**"),
        ("某处", "**"),
    ],
)
def test_an_address_ends_at_the_group(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_numbers_are_read_in_groups() -> None:
    assert group_identity_number("42120219500307001X") == "421202 1950 0307 001X"
    assert group_identity_number("E12345678") == "E12345678"
    assert group_digits("6222020200112233445") == "6222 0202 0011 2233 445"


def test_new_ids_are_version_7_and_sort_by_creation() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


def test_a_place_that_demands_national_algorithms_starts_with_no_other_ring() -> None:
    place = next(iter(Profiles.load(PROJECT / "profiles").all()))
    asking = Profiles([place.model_copy(update={"national_algorithms": True})])
    with pytest.raises(KeyRingError, match=place.id):
        require_national(KeyRing.from_json(KeyRing.generate()), asking)
    require_national(KeyRing.from_json(KeyRing.generate(Algorithm.SM4_GCM)), asking)
    require_national(KeyRing.from_json(KeyRing.generate()), Profiles([place]))
