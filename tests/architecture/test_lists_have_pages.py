"""Every list of records takes `limit` and `cursor` and tells `next_cursor`: read from the committed API document."""

import json
from typing import Any

from linli_launcher.openapi import DOCUMENT

# Answers that stay short whatever is stored: figures, what a profile or rule lists, what was asked for by ids, what has a bound
# of its own.
SHORT = {
    "/api/auth/v1/account-names",
    "/api/auth/v1/upkeep/dead-letters",
    "/api/auth/v1/upkeep/deliveries",
    "/api/desk/v1/asked-twice/figures",
    "/api/desk/v1/evaluations/figures",
    "/api/supervision/v1/inquiries/complaints",
    "/api/desk/v1/meeting-calls",
    "/api/desk/v1/outlook/figures",
    "/api/desk/v1/sms-messages/demo",
    "/api/desk/v1/upkeep/dead-letters",
    "/api/desk/v1/upkeep/deliveries",
    "/api/desk/v1/whistle-counts",
    "/api/desk/v1/whistle-league",
    "/api/desk/v1/whistles/{whistle_id}/similar",
    "/api/public/v1/disclosures/catalogue",
    "/api/public/v1/disclosures/duties",
    "/api/public/v1/disclosures/years",
    "/api/public/v1/flags",
    "/api/public/v1/matters/categories",
    "/api/registry/v1/statistics/changes",
    "/api/registry/v1/upkeep/dead-letters",
    "/api/registry/v1/upkeep/deliveries",
    "/api/supervision/v1/ballots",
    "/api/supervision/v1/deliberations/procedures",
    "/api/supervision/v1/deliberations/{deliberation_id}/conflicts",
    "/api/supervision/v1/disclosure-duties",
    "/api/supervision/v1/disclosure-duties/overview",
    "/api/supervision/v1/disclosures/catalogue",
    "/api/supervision/v1/flag-rules",
    "/api/supervision/v1/flags/{flag_id}/candidates",
    "/api/supervision/v1/seal-candidates",
    "/api/supervision/v1/upkeep/dead-letters",
    "/api/supervision/v1/upkeep/deliveries",
}


def answer_of(document: Any, operation: Any) -> set[str]:
    """Names of the fields of the answer, when it is a JSON object of ours."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return set(document["components"]["schemas"][name].get("properties", {})) if name else set()


def test_every_list_is_read_by_pages() -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    lists = {
        path: item["get"]
        for path, item in document["paths"].items()
        if "get" in item and "items" in answer_of(document, item["get"])
    }
    whole = {
        path
        for path, operation in lists.items()
        if "next_cursor" not in answer_of(document, operation)
        or not {"limit", "cursor"} <= {one["name"] for one in operation.get("parameters", [])}
    }
    assert len(lists) > 60
    assert whole == SHORT
