"""The plan for Citus: what points at a table comes after it, and everything of a tenant stays together."""

import pytest
from linli_launcher.distribute import ForeignKey, NoCitus, Plan, distribute
from linli_launcher.postgres import Postgres


def test_reference_tables_come_first_and_all_tenants_tables_are_co_located() -> None:
    plan = Plan(reference=("division",), anchor=None, distributed=("household", "resident"))
    assert plan.statements() == [
        "SELECT create_reference_table('public.division')",
        "SELECT create_distributed_table('public.household', 'tenant', colocate_with => 'none')",
        "SELECT create_distributed_table('public.resident', 'tenant', colocate_with => 'public.household')",
    ]


def test_foreign_keys_that_point_in_a_circle_are_taken_off_and_put_on_again() -> None:
    head = ForeignKey("household", "household_head", "FOREIGN KEY (tenant, head) REFERENCES resident(tenant, id)")
    statements = Plan(reference=(), anchor=None, distributed=("household", "resident"), keys=(head,)).statements()
    assert statements[0] == 'ALTER TABLE household DROP CONSTRAINT "household_head"'
    assert statements[-1] == f'ALTER TABLE household ADD CONSTRAINT "household_head" {head.definition}'


def test_a_table_of_a_later_migration_joins_the_tables_that_are_distributed_already() -> None:
    plan = Plan(reference=(), anchor="household", distributed=("visit",))
    assert plan.statements() == [
        "SELECT create_distributed_table('public.visit', 'tenant', colocate_with => 'public.household')"
    ]


def test_nothing_is_left_to_do_the_second_time() -> None:
    assert Plan(reference=(), anchor="household", distributed=()).statements() == []


async def test_the_embedded_database_is_refused_with_the_reason(postgres: Postgres) -> None:
    with pytest.raises(NoCitus, match="CREATE EXTENSION citus"):
        await distribute(postgres.url("postgres", "test", "postgres"), dry_run=True)
