"""Chinese words of what was decided, for the paper, the publication and the sentence of a count."""

from collections.abc import Mapping

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
