"""Migrates the gateway's database; see `linli_kernel.migrations`."""

from linli_kernel import migrations

migrations.run()
