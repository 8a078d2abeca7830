"""Chinese words of what was decided and of what is refused, for the paper, the publication and the sentences of counts and refusals."""

from collections.abc import Mapping, Sequence

from linli_kernel.profile.supervision import Body, DecisionStep, Invitee

BODIES: Mapping[Body | Invitee, tuple[str, str]] = {
    "party_branch": ("党支部", "Party branch"),
    "two_committees": ("村“两委”", "the two committees"),
    "extended_committees": ("“两委”扩大会议", "extended committees"),
    "party_members": ("党员", "Party members"),
    "representatives": ("村（居）民代表", "representatives"),
    "villagers": ("村（居）民", "villagers"),
    "group_members": ("小组成员", "members of the group"),
    "residents": ("居民", "residents"),
    "supervision_committee": ("监督委员会", "supervision committee"),
    "households": ("各户", "households"),
    "named": ("点名邀请的人", "people invited by name"),
}
# What stands, and what was tried: of the refusal of a command out of turn.
PHASES: Mapping[str, str] = {
    "due": "这一步还没有办",
    "enrolled": "名册已锁定，会议还没有通知",
    "called": "会议已通知，还没有召开",
    "sitting": "会议正在进行",
    "shown": "公示正在进行",
    "under_way": "正在组织实施",
    "complete": "已报请验收，还没有验收意见",
    "done": "这一步已经办完",
    "finished": "议事已办结",
    "rejected": "议事未通过，已经结束",
    "withdrawn": "议事已终止",
}
COMMANDS: Mapping[str, str] = {
    "record": "记录会议结果",
    "enrol": "锁定名册",
    "call": "通知会议",
    "call-off": "取消会议",
    "sit": "开始会议",
    "close": "结束会议",
    "publish": "开始公示",
    "conclude": "结束公示",
    "plan": "确定实施计划",
    "report": "填报进度",
    "postpone": "延期",
    "complete": "报请验收",
    "accept": "验收",
    "send-back": "退回整改",
    "withdraw": "终止议事",
    "attach": "增减材料",
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
