"""Reads that would go through a whole table find what they want by an index, whatever the values are."""

import pytest
from linli_kernel.bulk import connect
from linli_kernel.database import compile_once
from linli_kernel.ids import new_id
from linli_registry.history.repository import moves_of_dwelling
from linli_registry.transfers.repository import moving_from
from linli_registry.transfers.whereabouts import naming

TENANT, ROWS = "421202", 5_000
KEY = new_id()
HISTORY = f"""
INSERT INTO record_history (tenant, id, kind, object, day, at, actor, source, reason, changes)
SELECT '{TENANT}', gen_random_uuid(), 'household', gen_random_uuid(), current_date, now(), gen_random_uuid(), '', '',
    jsonb_build_object('dwelling', jsonb_build_array(gen_random_uuid(), gen_random_uuid()))
FROM generate_series(1, {ROWS})
"""
VILLAGE = "421202104221"
TRANSFERS = f"""
INSERT INTO division (code, name, level, valid_from, search_name) VALUES ('{VILLAGE}', '花坪村', 'village', '2020-01-01', '')
ON CONFLICT DO NOTHING;
INSERT INTO household (tenant, id, number, division, opened_on, created_at)
SELECT '{TENANT}', gen_random_uuid(), n::text, '{VILLAGE}', current_date, now() FROM generate_series(1, {ROWS}) AS n
ON CONFLICT DO NOTHING;
INSERT INTO transfer (tenant, id, side, state, division, other_tenant, other_division, people, reason, evidence, actor,
    created_at, changed_at, household)
SELECT '{TENANT}', gen_random_uuid(), 'origin', 'waiting', '{VILLAGE}', '511681', '511681002001', '[]', '', '[]',
    gen_random_uuid(), now(), now(), id
FROM household
"""
READS = {
    "moves of a dwelling": (HISTORY, moves_of_dwelling(TENANT, KEY), {"record_history_left", "record_history_entered"}),
    "transfers of a household": (TRANSFERS, moving_from(TENANT, [KEY], [new_id()]), {"transfer_of_household"}),
    "transfers of somebody": (TRANSFERS, naming(TENANT, [KEY]), {"transfer_of_people"}),
}


@pytest.fixture
async def connection(module_database):
    async with connect(module_database("registry").owner_url) as connected:
        yield connected


@pytest.mark.parametrize("read", READS)
async def test_a_read_goes_by_its_indexes(connection, read):
    rows, statement, indexes = READS[read]
    sql, values = compile_once(statement)
    await connection.execute(f"{rows}; ANALYZE record_history, transfer")
    # As a connection that keeps its statements prepared does it: one plan for all values.
    await connection.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE wanted AS {sql}")
    given = ", ".join(f"'{{{','.join(value)}}}'" if isinstance(value, list) else f"'{value}'" for value in values)
    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE wanted ({given})"))
    assert {name for name in indexes if f" {name} " in plan} == indexes, plan
