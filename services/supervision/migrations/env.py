"""Runs this service's migrations."""

from linli_kernel import migrations

migrations.run()
