"""Installing the fonts: nothing is fetched twice and nothing unchecked is kept."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from linli_launcher import fonts


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Replace npm by two small faces; return the folders in which it was run."""
    runs: list[Path] = []

    def npm_ci(arguments: Sequence[str], folder: Path, *, quiet: bool) -> None:
        runs.append(folder)
        for name in ("package.json", "package-lock.json"):
            assert (folder / name).is_file()
        for path in ("font/a.ttf", "font/LICENSE"):
            target = folder / "node_modules" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"glyphs")

    monkeypatch.setattr(fonts, "npm", npm_ci)
    monkeypatch.setattr(fonts, "FACES", {"A.ttf": ("font/a.ttf", hashlib.sha256(b"glyphs").hexdigest())})
    monkeypatch.setattr(fonts, "LICENCES", {"LICENSE-A.txt": "font/LICENSE"})
    return runs


def test_fonts_are_installed_once(packages: list[Path], tmp_path: Path) -> None:
    folder = fonts.ensure_fonts(tmp_path / "build" / "fonts")
    assert fonts.ensure_fonts(folder) == folder
    assert sorted(path.name for path in folder.iterdir()) == ["A.ttf", "LICENSE-A.txt"]
    assert len(packages) == 1
    assert not packages[0].exists()


def test_a_missing_face_is_put_beside_what_the_folder_already_holds(packages: list[Path], tmp_path: Path) -> None:
    (tmp_path / "own.ttf").write_bytes(b"own")
    fonts.ensure_fonts(tmp_path)
    assert (tmp_path / "own.ttf").read_bytes() == b"own"
    assert (tmp_path / "A.ttf").is_file()


def test_a_face_with_other_bytes_is_not_kept(
    packages: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FACES", {"A.ttf": ("font/a.ttf", hashlib.sha256(b"other").hexdigest())})
    with pytest.raises(fonts.FontDigestError):
        fonts.ensure_fonts(tmp_path)
    assert not (tmp_path / "A.ttf").exists()


def test_the_browser_is_told_the_folder_and_what_stands_in_for_what(tmp_path: Path) -> None:
    folder = tmp_path / "字体 & co"
    folder.mkdir()
    written = fonts.fontconfig_file(folder).read_text(encoding="utf-8")
    assert "字体 &amp; co</dir>" in written
    assert "<family>Noto Sans SC</family>" in written
