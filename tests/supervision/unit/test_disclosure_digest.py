"""The digest of what is published is one that a browser can compute as well: these bytes, whatever the text holds."""

from datetime import date

from linli_supervision.disclosures.content import digest

ROW = {
    "division": "421202104221", "category": "finance", "item": "accounts", "title": '三月"账目"\t/ü\u2028',
    "body": "第一行\n第二行\u0001\u007f😀", "period_start": date(2026, 3, 1), "period_end": None, "edition": 2,
    "tables": [
        {
            "caption": "收支",
            "columns": [{"name": "项目", "kind": "text"}, {"name": "金额", "kind": "money"}],
            "rows": [["水费", "128.50"], ["", "-3"]],
        }
    ],
}  # fmt: skip
FILES = [{"name": "票据.pdf", "media_type": "application/pdf", "sha256": "ab" * 32}]


def test_the_digest_is_the_one_that_the_browser_computes() -> None:
    """The same values and the same digest stand in frontend/tests/disclosureProof.spec.ts."""
    assert digest(ROW, FILES) == "8c5c020eec59de2e45b13b3645a4eda26f23ac6a1b0401171a38cd17f5179b89"  # type: ignore[arg-type]
