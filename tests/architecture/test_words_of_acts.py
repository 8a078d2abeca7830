"""Whoever reads the ledger reads words: every act that the code can record, and what it is done to, has them in both languages."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from linli_kernel.contracts import whistles
from linli_kernel.identity import Role
from linli_registry.households.schemas import Kind, PersonKind
from linli_services_desk.cases.workflow import Command as CaseCommand
from linli_services_desk.matters.drafting import DraftCommand
from linli_services_desk.rectification.workflow import Command as RectificationCommand
from linli_supervision.deliberations.workflow import Command as DeliberationCommand
from linli_supervision.disclosures.workflow import Step as DisclosureStep
from linli_supervision.flags.workflow import Step as FlagStep
from linli_supervision.inquiries.workflow import Step as InquiryStep
from linli_supervision.questions.domain import QuestionStep

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("services/*/src"), ROOT / "gateway/src", ROOT / "libs/kernel/src"]
WORDS = json.loads((ROOT / "frontend/src/modules/ledger/locale/acts.json").read_text(encoding="utf-8"))
WHISTLES = re.compile(re.escape(whistles.PREFIX) + r"(.+)\.v1")
# What stands in an act's name at run time only: every value it can have.
FAMILIES: dict[str, list[str]] = {
    "case.{command.value}": [f"case.{one}" for one in CaseCommand],
    "case.{command}": ["case.resident-died", "case.resident-merged"],
    "rectification.{command.value}": [f"rectification.{one}" for one in RectificationCommand],
    "{what}.{kind}": [
        *(f"household.{kind}" for kind in (*get_args(Kind), "found", "transfer_in")),
        *(f"resident.{kind}" for kind in get_args(PersonKind)),
    ],
    "{owner.kind}.evidence_kept": ["household.evidence_kept", "resident.evidence_kept"],
    "matter-draft.{command.value}": [f"matter-draft.{one}" for one in DraftCommand],
    "whistle.{action}": [
        f"whistle.{found[1]}"
        for value in vars(whistles).values()
        if isinstance(value, str) and (found := WHISTLES.fullmatch(value))
    ],
    "flag.{step.value}": [f"flag.{one}" for one in FlagStep],
    "deliberation.{command.value}": [f"deliberation.{one}" for one in DeliberationCommand],
    "inquiry.{step.value}": [f"inquiry.{one}" for one in InquiryStep],
    "disclosure.{step.value}": [f"disclosure.{one}" for one in DisclosureStep],
    "disclosure-question.{step.value}": [f"disclosure-question.{one}" for one in QuestionStep],
    "administrator.{what}": [f"administrator.{one}" for one in ("propose", "confirm", "refuse", "withdraw")],
    "{kind}.change": ["grid.change", "dwelling.change"],
    "{waiting.what}.escalate": ["case.escalate", "rectification.escalate", "promise.escalate"],
}


def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for root in SOURCES for path in root.rglob("*.py")]


def takers(modules: list[ast.Module]) -> set[str]:
    """The functions that are given an act's name, besides `Act` itself."""
    functions = (
        node for tree in modules for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return {"Act"} | {
        one.name for one in functions if "action" in {a.arg for a in (*one.args.args, *one.args.kwonlyargs)}
    }


def names(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from names(given.body)
        yield from names(given.orelse)
    elif isinstance(given, ast.JoinedStr):
        yield "".join(
            "{" + ast.unparse(part.value) + "}" if isinstance(part, ast.FormattedValue) else str(ast.literal_eval(part))
            for part in given.values
        )


@cache
def calls() -> list[ast.Call]:
    return list(_calls())


def _calls() -> Iterator[ast.Call]:
    modules = trees()
    known = takers(modules)
    for tree in modules:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in known:
                yield node
            # A name kept in a variable first.
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("act", "action"):
                yield ast.Call(ast.Name("Act"), [node.value], [])


def recorded() -> set[str]:
    """Every act's name in the code; a name made at run time as its f-string."""
    acts = {
        name
        for call in calls()
        for given in (*call.args, *(k.value for k in call.keywords if k.arg == "action"))
        for name in names(given)
    }
    return {act for act in acts if re.fullmatch(r"[a-z_{}. -]+\.[a-z_{}.-]+", act)}


def test_every_act_has_words() -> None:
    acts = recorded()
    assert len(acts) > 80
    unknown = {act for act in acts if "{" in act} - FAMILIES.keys()
    assert not unknown, "acts named at run time: say above what they can be"
    plain = {act for act in acts if "{" not in act}.union(*(FAMILIES[act] for act in acts if "{" in act))
    wordless = [
        act for act in sorted(plain) if act.partition(".")[2] not in WORDS["actions"].get(act.partition(".")[0], {})
    ]
    assert wordless == []


def test_every_kind_of_object_has_words() -> None:
    kinds = {
        name for call in calls() for k in call.keywords if k.arg in ("object_kind", "kind") for name in names(k.value)
    }
    assert "resident" in kinds
    assert sorted(kind for kind in kinds if "{" not in kind and kind not in WORDS["objects"]) == []


def test_everything_that_an_event_is_about_has_words() -> None:
    told = {
        value for tree in trees() for node in ast.walk(tree) if isinstance(value := getattr(node, "value", None), str)
    }
    nouns = {found[1] for value in told if (found := re.fullmatch(r"cn\.linli\.[a-z]+\.([a-z-]+)\.[a-z-]+\.v1", value))}
    assert {"resident", "seal-use"} <= nouns
    assert sorted(nouns - WORDS["objects"].keys()) == []


def test_every_post_has_words() -> None:
    assert {*Role} - WORDS["roles"].keys() == set()


def test_every_word_is_said_in_both_languages() -> None:
    plain = [pair for kind in ("objects", "roles", "outcomes", "purposes", "sources") for pair in WORDS[kind].values()]
    pairs = [*plain, *(pair for acts in WORDS["actions"].values() for pair in acts.values())]
    assert all(len(pair) == 2 and all(pair) and re.search(r"[\u4e00-\u9fff]", pair[0]) for pair in pairs)
