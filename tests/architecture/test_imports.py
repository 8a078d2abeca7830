"""The import contracts of pyproject.toml hold, and they cover every package."""

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_the_import_contracts_hold() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-logo"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_contracts_and_the_type_check_cover_every_package() -> None:
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = [*PROJECT.glob("libs/*/src/*"), *PROJECT.glob("services/*/src/*"), *PROJECT.glob("gateway/src/*")]
    packages = {folder.name for folder in folders if (folder / "__init__.py").exists()}
    assert packages
    assert set(configuration["tool"]["importlinter"]["root_packages"]) == packages
    assert set(configuration["tool"]["mypy"]["packages"]) == packages
