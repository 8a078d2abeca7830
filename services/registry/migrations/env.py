"""Alembic's entry point; the kernel does the work."""

from linli_kernel.migrations import run

run()
