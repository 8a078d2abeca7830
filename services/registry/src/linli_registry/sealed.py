"""Which columns of the registry are encrypted, for the job that brings them under a new key."""

from linli_kernel.reencryption import Sealed

from linli_registry.residents.keys import ENCRYPTED

SEALED = (Sealed("resident", ENCRYPTED),)
