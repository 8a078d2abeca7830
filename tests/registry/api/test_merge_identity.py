"""Over random pairs of people: a merge that is undone was never there, and of later edits exactly the edits stay."""

import itertools
import random
from datetime import date, timedelta

import pytest
from linli_registry.residents.keys import ENCRYPTED, ResidentKeys

from tests.registry.api.test_duplicates import household, image, merge, number, person, register, rows, undo
from tests.registry.conftest import started_empty

TENANT = "421202"
NAMES = ("冯雨薇", "冯雨微", "冯宇薇")
CODES = {
    "ethnic_group": ("01", "03"),
    "education": ("20", "60", "70"),
    "marriage": ("10", "20"),
    "political_status": ("01", "13"),
}
CHOOSABLE = ("name", "phone", "bank_account", *CODES)
_serial = itertools.count()


@pytest.fixture(scope="module")
async def registry(module_database):
    async for running in started_empty(module_database("registry")):
        yield running


def _fields(dice, serial):
    """Some of what a record may hold; what is left out is unknown."""
    made = {name: dice.choice(codes) for name, codes in CODES.items()}
    made |= {"phone": f"137{serial:04d}{dice.randrange(10_000):04d}", "bank_account": f"62220202{serial:011d}"}
    return {name: value for name, value in made.items() if dice.random() < 0.6}


async def _two_records(registry, dice):
    """Two records of the same day with random contents, households, former names and further phones."""
    serial = next(_serial)
    born = (date(1931, 1, 1) + timedelta(days=serial)).isoformat()
    made = []
    for side in range(2):
        own = {"identity_number": number(born)} if side == serial % 3 else {}
        key = await register(registry, dice.choice(NAMES), born, **own, **_fields(dice, serial * 2 + side))
        made.append(key)
        if dice.random() < 0.6:
            other = await register(registry, f"冯小{'甲乙'[side]}", "1990-05-01", sex="1")
            first, second = (key, other) if dice.random() < 0.5 else (other, key)
            code = dice.choice(["20", "97"])
            await household(registry, first, second, relations={second: code}, address=f"花坪村{serial}号{side}")
        if dice.random() < 0.5:
            await registry.call("POST", f"residents/{key}/former-names", {"name": dice.choice(["冯旧名", "冯旧字"])})
        if dice.random() < 0.5:
            phone = {"phone": dice.choice(["13600000001", "13600000002"]), "kind": "family"}
            await registry.call("POST", f"residents/{key}/phones", phone)
    return made


async def _whole(registry, *people):
    """Everything of these records, numbers in the clear."""
    found = await image(registry, *people)
    keys = ResidentKeys(registry.app.state.linli.keyring, TENANT)
    for key in people:
        (row,) = await rows(registry, "resident", key, "id")
        found += [keys.open(name, row[name], row["id"]) for name in ENCRYPTED]
        for table in ("former_name", "further_phone"):
            found += [
                (table, one["id"], one["resident"], one["removed_at"]) for one in await rows(registry, table, key)
            ]
    return found


def _some(dice, names):
    return [name for name in names if dice.random() < 0.4]


@pytest.mark.parametrize("seed", range(12))
async def test_a_merge_that_is_undone_was_never_there(registry, seed):
    dice = random.Random(seed)
    kept, absorbed = await _two_records(registry, dice)
    before = await _whole(registry, kept, absorbed)
    done = await merge(
        registry, kept, absorbed, from_absorbed=_some(dice, CHOOSABLE), home=dice.choice(["kept", "absorbed"])
    )
    assert await _whole(registry, kept, absorbed) != before
    await undo(registry, done["id"])
    assert await _whole(registry, kept, absorbed) == before


@pytest.mark.parametrize("seed", range(12))
async def test_of_what_was_edited_after_a_merge_exactly_the_edits_stay(registry, seed):
    dice = random.Random(100 + seed)
    kept, absorbed = await _two_records(registry, dice)
    before = {key: await person(registry, key) for key in (kept, absorbed)}
    theirs = await _whole(registry, absorbed)
    done = await merge(registry, kept, absorbed, from_absorbed=_some(dice, CHOOSABLE))
    merged = done["kept"]
    # An edit says something that the record did not say.
    edits = {name: dice.choice([c for c in CODES[name] if c != merged[name]]) for name in _some(dice, CODES)}
    if edits:
        answer = await registry.call("PATCH", f"residents/{kept}", {**edits, "reason": "核实"}, match=merged["version"])
        assert answer.status_code == 200, answer.text
    await undo(registry, done["id"])
    after = await person(registry, kept)
    for name in CODES:
        assert after[name] == edits.get(name, before[kept][name]), name
    for name in ("name", "phone_masked", "bank_account_masked", "identity_masked", "household_id", "relation"):
        assert after[name] == before[kept][name], name
    assert await _whole(registry, absorbed) == theirs
