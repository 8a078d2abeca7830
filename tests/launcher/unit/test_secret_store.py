"""Secrets are made once, kept for the owner alone, and never reused between components."""

import json
from pathlib import Path

import pytest
from linli_kernel.privacy import Algorithm, KeyRing
from linli_launcher.databases import COMPONENTS
from linli_launcher.secret_store import SecretsExposed, SecretStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets.json"


def test_secrets_survive_a_restart(path: Path) -> None:
    assert SecretStore.load_or_create(path).roles == SecretStore.load_or_create(path).roles


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    SecretStore.load_or_create(path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    SecretStore.load_or_create(path)
    path.chmod(0o644)
    with pytest.raises(SecretsExposed):
        SecretStore.load_or_create(path)


def test_no_two_parts_share_a_secret(path: Path) -> None:
    store = SecretStore.load_or_create(path)
    passwords = [store.superuser, *store.roles.values(), *store.clients.values()]
    rings = [store.keyring(component.key) for component in COMPONENTS]
    assert len(set(passwords)) == len(passwords)
    assert len(set(rings)) == len(rings)


def test_a_secret_that_an_older_version_did_not_know_is_added_and_the_others_stay(path: Path) -> None:
    before = SecretStore.load_or_create(path)
    content = json.loads(path.read_text())
    del content["clients"]["service-desk"]
    path.write_text(json.dumps(content))
    after = SecretStore.load_or_create(path)
    assert after.clients["service-desk"] != before.clients["service-desk"]
    assert after.roles == before.roles


def test_what_was_encrypted_before_a_rotation_still_opens(path: Path) -> None:
    place = {"tenant": "421202", "table": "resident", "column": "phone", "row": "1"}
    store = SecretStore.load_or_create(path)
    stored = KeyRing.from_json(store.keyring("registry")).encrypt("13800000000", **place)
    assert store.rotate(path) == "k2"
    ring = KeyRing.from_json(SecretStore.load_or_create(path).keyring("registry"))
    assert ring.active == "k2"
    assert ring.decrypt(stored, **place) == "13800000000"


def test_a_ring_of_national_algorithms_keeps_them_when_it_is_rotated(path: Path) -> None:
    content = json.loads(path.read_text()) if path.exists() else {"format": 1}
    content["keyrings"] = {"registry": json.loads(KeyRing.generate(Algorithm.SM4_GCM))}
    path.touch(mode=0o600)
    path.write_text(json.dumps(content))
    SecretStore.load_or_create(path).rotate(path)
    ring = KeyRing.from_json(SecretStore.load_or_create(path).keyring("registry"))
    assert (ring.active, ring.national) == ("k2", True)
