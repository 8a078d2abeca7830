"""What a matter's definition contains, and how a data file becomes one.

A definition is complete in itself: shared form fields and materials are copied in, so a published version can be read without
the files that it was written from.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Any

from linli_kernel.yaml_data import read_yaml

Definition = dict[str, Any]
FIELD_FACTS = ("title", "title_en", "schema", "prefill", "labels", "multiline", "rule", "required")


def compose(source: Definition, fields: dict[str, Any], materials: dict[str, Any]) -> Definition:
    """Return the full definition: `form_schema` as JSON Schema 2020-12, its order, and every material in full."""
    definition = {key: value for key, value in source.items() if key not in ("form", "materials")}
    entries = [_field(entry, fields) for entry in source["form"]["fields"]]
    definition["form_schema"] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "required": [key for key, facts in entries if facts.get("required")],
        "properties": {key: _property(facts) for key, facts in entries},
    }
    definition["form_order"] = [key for key, _ in entries]
    definition["materials"] = [_material(entry, materials) for entry in source["materials"]]
    return definition


def _field(entry: str | dict[str, Any], shared: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if isinstance(entry, str):
        return entry, shared[entry]
    own = {key: value for key, value in entry.items() if key in FIELD_FACTS}
    if "use" in entry:
        return entry["use"], {**shared[entry["use"]], **own}
    return entry["key"], own


def _property(facts: dict[str, Any]) -> dict[str, Any]:
    result = {**facts["schema"], "title": facts["title"], "x-title-en": facts["title_en"]}
    for name in ("prefill", "labels", "multiline", "rule"):
        if name in facts:
            result[f"x-{name}"] = facts[name]
    return result


def _material(entry: str | dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    if isinstance(entry, str):
        return {"id": entry, **shared[entry]}
    return {**shared.get(entry["id"], {}), **entry}


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    folder = files("linli_services_desk") / "data" / "matters"
    found = (item for item in folder.iterdir() if item.name.endswith(".yaml"))
    return {item.name: read_yaml(item.read_text(encoding="utf-8")) for item in found}


@lru_cache(maxsize=1)
def sample_matters() -> tuple[Definition, ...]:
    """The matters shipped as samples for a county to adapt, most used first."""
    shared = {name: _texts()[name] for name in ("_fields.yaml", "_materials.yaml", "_defaults.yaml")}
    sources = [text for name, text in _texts().items() if name not in shared]
    composed = [
        compose({**shared["_defaults.yaml"], **source}, shared["_fields.yaml"], shared["_materials.yaml"])
        for source in sources
    ]
    return tuple(sorted(composed, key=lambda definition: int(definition["rank"])))


def shared_materials() -> list[dict[str, Any]]:
    """Materials that many matters ask for, for an editor to choose from."""
    return [{"id": key, **facts} for key, facts in _texts()["_materials.yaml"].items()]


def registry_fields() -> list[str]:
    """What the registry can fill in."""
    return sorted({facts["prefill"] for facts in _texts()["_fields.yaml"].values() if "prefill" in facts})


def blank_definition(code: str, name: str, department: str) -> Definition:
    """A matter of which only the name is known."""
    row = {"item_code": code, "name": name, "main_item": "", "department": department, "task_type": "20"}
    return {**catalogue_definition({**row, "area_code": "", "department_code": ""}), "fee": {"charged": False}}


def catalogue_definition(row: dict[str, str]) -> Definition:
    """A guide entry from a catalogue row: no form and no steps until the county completes it."""
    return {
        "code": row["item_code"],
        "name": row["name"],
        "name_en": "",
        "category": row["main_item"] or row["department"],
        "type": row["task_type"],
        "state": "guide",
        "sample": False,
        "rank": 1000,
        "legal_basis": [],
        "level": "county",
        "department": row["department"],
        "service_object": "",
        "handling": "promised",
        "step_set": None,
        "limits": {},
        "conditions": "",
        "procedure": "",
        "visits": None,
        "fee": {},
        "place": "",
        "hours": "",
        "result": {"kind": "other", "name": "", "name_en": "", "seal": False},
        "area_code": row["area_code"],
        "department_code": row["department_code"],
        "form_schema": {"type": "object", "additionalProperties": False, "required": [], "properties": {}},
        "form_order": [],
        "materials": [],
    }


def prefill_fields(definition: Definition) -> dict[str, str]:
    """Form field → the registry's name of it."""
    properties: dict[str, Any] = definition["form_schema"]["properties"]
    return {key: facts["x-prefill"] for key, facts in properties.items() if "x-prefill" in facts}
