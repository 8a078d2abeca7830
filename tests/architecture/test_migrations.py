"""Migrations of each service stand in one line: unique numbers, one beginning, one head, none left out.

Read from the sources, so that two who wrote the next one at the same time are told without a database. A revision is named
by the number that its file begins with.
"""

import ast
from collections import Counter
from pathlib import Path

import pytest
from linli_launcher.databases import COMPONENTS

FOLDERS = {one.key: one.alembic_ini.parent / "migrations" / "versions" for one in COMPONENTS}


def _assigned(path: Path) -> dict[str, object]:
    """Return `revision` and `down_revision` as the file assigns them, annotated or not."""
    found: dict[str, object] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"} and node.value is not None:
                found[target.id] = ast.literal_eval(node.value)
    return found


def faults(folder: Path) -> list[str]:
    """Say what is wrong with a folder of migrations."""
    files = sorted(folder.glob("*.py"))
    read = {path.name: _assigned(path) for path in files if path.name != "__init__.py"}
    said = [f"{name}: no revision, or none before it" for name, one in read.items() if len(one) != 2]
    said += [
        f"{name}: calls itself {one.get('revision')}" for name, one in read.items() if one.get("revision") != name[:4]
    ]
    counted = Counter(one.get("revision") for one in read.values())
    said += [f"{revision} is there {count} times" for revision, count in counted.items() if count > 1]
    after = {one.get("down_revision") for one in read.values()}
    heads = sorted(str(one.get("revision")) for one in read.values() if one.get("revision") not in after)
    if len(heads) != 1:
        said.append(f"{len(heads)} heads: {heads}")
    said += [f"{one!r} is no migration" for one in after - {None} if one not in counted]
    before = Counter(str(one.get("down_revision")) for one in read.values())
    said += [f"{count} follow {revision}" for revision, count in before.items() if count > 1]
    return said


@pytest.mark.parametrize("component", FOLDERS)
def test_a_service_has_one_head_and_unique_revisions(component: str) -> None:
    assert list(FOLDERS[component].glob("*.py")), "no migrations are found"
    assert faults(FOLDERS[component]) == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("0003_other.py", 'revision = "0003"\ndown_revision = "0001"\n', "2 heads: ['0002', '0003']"),
        ("0002_other.py", 'revision = "0002"\ndown_revision = "0001"\n', "0002 is there 2 times"),
        ("0003_other.py", 'revision = "0003"\ndown_revision: str | None = "0009"\n', "'0009' is no migration"),
        ("0003_other.py", 'revision = "0004"\ndown_revision = "0002"\n', "0003_other.py: calls itself 0004"),
        ("0003_other.py", 'revision = "0003"\n', "0003_other.py: no revision, or none before it"),
        ("0003_other.py", 'revision = "0003"\ndown_revision = None\n', "2 follow None"),
    ],
)
def test_what_two_people_do_at_the_same_time_is_told(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / "0001_first.py").write_text('revision = "0001"\ndown_revision = None\n', "utf-8")
    (tmp_path / "0002_second.py").write_text('revision = "0002"\ndown_revision = "0001"\n', "utf-8")
    assert faults(tmp_path) == []
    (tmp_path / name).write_text(content, "utf-8")
    assert told in faults(tmp_path)
