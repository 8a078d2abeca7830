"""Let the days of publicity or of notice of one deliberation be over, as if they had passed: nobody waits a week for a test.

Arguments: data directory, id of the deliberation.
"""

import sys
from pathlib import Path
from uuid import UUID

from linli_launcher.data_directory import DataDirectory
from linli_launcher.databases import SUPERVISION
from linli_launcher.postgres import Postgres
from linli_launcher.secret_store import SecretStore


def main(folder: str, deliberation: UUID) -> None:
    data = DataDirectory(Path(folder))
    postgres = Postgres(data.postgres, SecretStore.load_or_create(data.secrets).superuser)
    if not postgres.attach():
        raise SystemExit(f"no database runs in {data.postgres}")
    rows = postgres.execute(
        "UPDATE deliberation_step SET called_for = least(called_for, now()), "  # noqa: S608
        "held_on = CASE WHEN shown_until IS NULL THEN held_on ELSE current_date - 9 END, "
        "shown_until = CASE WHEN shown_until IS NULL THEN NULL ELSE current_date - 2 END "
        f"WHERE deliberation_id = '{deliberation}' AND done_at IS NULL "
        "AND (shown_until IS NOT NULL OR called_for > now()) RETURNING position",
        SUPERVISION.database,
    )
    if len(rows) != 1:
        raise SystemExit(f"nothing of {deliberation} is waited for")


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]))
