"""Which columns of the registry are encrypted, for the job that brings them under a new key."""

from linli_kernel.reencryption import Sealed

from linli_registry.residents.keys import ENCRYPTED

SEALED = (
    Sealed("resident", ENCRYPTED),
    Sealed("resident_history", ("sealed",)),
    Sealed("further_phone", ("phone",)),
    Sealed("grid_person", ("phone",)),
    Sealed("evidence_file", ("filename", "content"), batch=5),
    Sealed("resident_merge", ENCRYPTED),
    Sealed("transfer", ("package",)),
    Sealed("import", ("content",), batch=5),
    Sealed("import_row", ("cells",), key=("import", "row"), row=("import", "row")),
    Sealed("prepared_file", ("content",), key=("id", "part"), row=("id", "part"), batch=5),
)
