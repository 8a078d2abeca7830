"""The demo's people are the same people in every service."""

from linli_gateway import demo
from linli_supervision.commands import demo_account


def test_supervision_knows_the_custodians_by_the_ids_that_the_gateway_gives_them() -> None:
    custodians = [account for account in demo.accounts() if account.username.startswith("custodian")]
    assert custodians
    assert [demo_account(account.username) for account in custodians] == [account.id for account in custodians]
