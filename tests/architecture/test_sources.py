"""What holds for every file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
_LONGEST = 500
_CODE = {".py", ".ts", ".vue", ".js", ".css"}
# Put together from pieces, so that this file does not contain what it looks for.
_LEFT_OPEN = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "NotImplemented" + "Error")) + r")\b")
_REGISTRIES = [
    ".".join(name)
    for name in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmmirror", "com"),
        ("yarnpkg", "com"),
        ("pypi", "tuna", "tsinghua"),
    )
]


def _tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [PROJECT / name for name in listing.decode().split("\0") if name and (PROJECT / name).is_file()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def _generated(path: Path) -> bool:
    return path.name in {"schema.d.ts", "components.d.ts"}


CODE = [path for path in _tracked() if path.suffix in _CODE and not _generated(path)]


def test_there_is_code_to_look_at() -> None:
    assert len(CODE) > 50


def test_no_source_file_is_longer_than_500_lines() -> None:
    lengths = {str(path.relative_to(PROJECT)): len(_text(path).splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > _LONGEST} == {}


def test_nothing_is_left_open_in_the_code() -> None:
    assert [str(path.relative_to(PROJECT)) for path in CODE if _LEFT_OPEN.search(_text(path))] == []


def test_every_python_module_with_code_says_what_it_is_for() -> None:
    modules = [path for path in CODE if path.suffix == ".py" and _text(path).strip()]
    assert [str(path.relative_to(PROJECT)) for path in modules if not _text(path).startswith(('"""', 'r"""'))] == []


@pytest.mark.parametrize("host", _REGISTRIES)
def test_no_file_names_a_package_registry(host: str) -> None:
    # Whoever installs decides where packages come from: a mirror, a proxy or a folder.
    assert [str(path.relative_to(PROJECT)) for path in _tracked() if host in _text(path)] == []


def test_every_locked_package_has_a_hash() -> None:
    lock = _text(PROJECT / "requirements.lock")
    pinned = re.findall(r"^[a-z0-9][^\s=]*==", lock, flags=re.MULTILINE)
    hashed = re.findall(r"^[a-z0-9][^\s=]*==[^\n]*\\\n +--hash=sha256:", lock, flags=re.MULTILINE)
    assert pinned
    assert len(pinned) == len(hashed)
