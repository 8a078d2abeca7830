"""The command linli: embedded database, migrations, demo data, processes, benchmarks."""
