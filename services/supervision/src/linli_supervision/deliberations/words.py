"""Chinese words of what was decided, for the paper, the publication and the sentence of a count."""

from collections.abc import Mapping, Sequence

from linli_kernel.profile.supervision import Body, DecisionStep

BODIES: Mapping[Body, tuple[str, str]] = {
    "party_branch": ("党支部", "Party branch"),
    "two_committees": ("村“两委”", "the two committees"),
    "extended_committees": ("“两委”扩大会议", "extended committees"),
    "party_members": ("党员", "Party members"),
    "representatives": ("村（居）民代表", "representatives"),
    "villagers": ("村（居）民", "villagers"),
    "group_members": ("小组成员", "members of the group"),
    "residents": ("居民", "residents"),
    "supervision_committee": ("监督委员会", "supervision committee"),
}
RESULTS = {"agreed": "通过", "refused": "未通过", "published": "公示期满", "accepted": "验收合格"}
JUDGED = {"agreed": "满意", "refused": "不满意"}


def result_of(step: DecisionStep, result: str) -> str:
    """What came of a step; of a judgement on what was carried out whether people are content."""
    return (JUDGED if step.evaluates else RESULTS).get(result, "")


def manner(step: DecisionStep) -> str:
    """How a step is voted on."""
    kind = "无记名投票" if step.ballot == "secret" else "记名表决"
    return f"{kind}，每户一票" if step.unit == "household" else kind


MALE, FEMALE = "1", "2"
_Words = tuple[str, str]
# What somebody is to the one before: while the sex is not known, of a man, of a woman.
_STEPS: Mapping[str, tuple[_Words, _Words, _Words]] = {
    "parent": (("父母", "parent"), ("父亲", "father"), ("母亲", "mother")),
    "child": (("子女", "child"), ("儿子", "son"), ("女儿", "daughter")),
    "spouse": (("配偶", "spouse"), ("丈夫", "husband"), ("妻子", "wife")),
}
# Two steps, as far as the close relatives of 民法典 §1045 and parents-in-law go.
_PATHS: Mapping[tuple[str, ...], tuple[_Words, _Words, _Words]] = {
    ("parent", "parent"): (
        ("祖父母或外祖父母", "grandparent"), ("祖父或外祖父", "grandfather"), ("祖母或外祖母", "grandmother"),
    ),
    ("parent", "child"): (("兄弟姐妹", "sibling"), ("兄弟", "brother"), ("姐妹", "sister")),
    ("parent", "spouse"): (("继父母", "step-parent"), ("继父", "stepfather"), ("继母", "stepmother")),
    ("child", "child"): (
        ("孙子女或外孙子女", "grandchild"), ("孙子或外孙", "grandson"), ("孙女或外孙女", "granddaughter"),
    ),
    ("child", "spouse"): (("子女的配偶", "child-in-law"), ("女婿", "son-in-law"), ("儿媳", "daughter-in-law")),
    ("child", "parent"): (("子女的另一方父母", "co-parent"), ("孩子的父亲", "the child's father"), ("孩子的母亲", "the child's mother")),
    ("spouse", "parent"): (("配偶的父母", "parent-in-law"), ("配偶的父亲", "father-in-law"), ("配偶的母亲", "mother-in-law")),
    ("spouse", "child"): (("配偶的子女", "stepchild"), ("继子", "stepson"), ("继女", "stepdaughter")),
}  # fmt: skip


def _of_sex(words: tuple[_Words, _Words, _Words], sex: str) -> _Words:
    return words[(MALE, FEMALE).index(sex) + 1 if sex in (MALE, FEMALE) else 0]


def step_of(kind: str, sex: str) -> tuple[str, str]:
    """What somebody on a path is to the one before, in Chinese and in English."""
    return _of_sex(_STEPS[kind], sex)


def relation_of(kinds: Sequence[str], sex: str) -> tuple[str, str]:
    """What the last one of a path is to the first, in Chinese and in English; nobody between them: the same person."""
    if not kinds:
        return ("本人", "the same person")
    if len(kinds) == 1:
        return step_of(kinds[0], sex)
    known = _PATHS.get(tuple(kinds))
    return _of_sex(known, sex) if known else ("近亲属", "close kin")
