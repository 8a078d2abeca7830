"""What is encrypted is listed, so that a new key reaches all of it."""

from linli_services_desk import api
from linli_services_desk.schema import metadata
from linli_services_desk.sealed import SEALED
from sqlalchemy import LargeBinary


def test_every_encrypted_column_is_brought_under_the_new_key() -> None:
    assert api.ROUTERS, "imports every table"
    stored = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and not column.name.endswith("_index")
    }
    assert stored == {(sealed.table, name) for sealed in SEALED for name in sealed.columns}
