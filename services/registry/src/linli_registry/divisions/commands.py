"""The command that brings the divisions in: needs the tables' owner and no people."""

from pathlib import Path

from linli_kernel.bulk import connect
from linli_kernel.settings import OwnerSettings

from linli_registry.divisions.importing import changes_file, import_file, pilot_file


async def import_divisions(settings: OwnerSettings, path: Path | str | None = None) -> int:
    """Import a division list, by default the pilot's; returns how many rows were added or changed."""
    return await import_list(settings.migration_url, path)


async def import_list(owner_url: str, path: Path | str | None = None) -> int:
    async with connect(owner_url) as connection:
        if path:
            return await import_file(connection, Path(path))
        return await import_file(connection, pilot_file()) + await import_file(connection, changes_file())
