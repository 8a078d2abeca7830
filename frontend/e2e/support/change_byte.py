"""Change one bit in a row of the ledger's database, as somebody with the disk in hand could; a second time undoes it.

Arguments: data directory, county, index of the entry.
"""

import sys
from pathlib import Path

from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import SUPERVISION
from linli_launcher.postgres import Postgres
from linli_launcher.secret_store import SecretStore

_BYTES_BEFORE_THE_CONTENT = 12


def main(folder: str, tenant: str, index: int) -> None:
    data = DataDirectory(Path(folder))
    postgres = Postgres(data.postgres, SecretStore.load_or_create(data.secrets).superuser)
    if not postgres.attach():
        raise SystemExit(f"no database runs in {data.postgres}")
    # Within the hash of what was delivered, so that the entry can still be read and looks like any other.
    at = f"position('\"content\":' in convert_from(leaf, 'UTF8')) + {_BYTES_BEFORE_THE_CONTENT}"
    rows = postgres.execute(
        f"UPDATE ledger_entry SET leaf = set_byte(leaf, {at}, get_byte(leaf, {at}) # 1) "  # noqa: S608
        f"WHERE tenant = '{tenant}' AND index = {index} RETURNING index",
        SUPERVISION.database,
    )
    if rows != [[str(index)]]:
        raise SystemExit(f"no entry {index} of {tenant}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
