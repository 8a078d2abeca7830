"""Labelled scenes about seals, of the browser and of rubber: what went wrong, or why nothing did."""

from tests.supervision.flag_scenes import Scene, scene

SEAL = "seal_outside_procedure"


@scene(SEAL, "盖章没有申请", guilty=True)
def _(s: Scene) -> None:
    s.use(s.case(), "opened", "signed", "sealed")


@scene(SEAL, "盖章没有批准", guilty=True)
def _(s: Scene) -> None:
    s.use(s.case(), "requested", "opened", "signed", "sealed")


@scene(SEAL, "拒绝之后仍开启", guilty=True)
def _(s: Scene) -> None:
    s.use(s.case(), "requested", "approved", "refused", "opened")


@scene(SEAL, "办件没有审批决定就盖章", guilty=True)
def _(s: Scene) -> None:
    s.sealed(s.case(outcome=None))


@scene(SEAL, "文书加盖却没有用印记录", guilty=True)
def _(s: Scene) -> None:
    s.event("desk.document.sealed", s.id("paper"), 1, case_id=s.case(), state="sealed")


@scene(SEAL, "窗口过期后按原批准再次开启", guilty=False)
def _(s: Scene) -> None:
    s.use(s.case(), "requested", "approved", "opened", "lapsed", "opened", "signed", "sealed")


@scene(SEAL, "申请后被拒绝，没有盖章", guilty=False)
def _(s: Scene) -> None:
    s.use(s.case(), "requested", "refused")


@scene(SEAL, "拒绝之后重新申请并批准", guilty=False)
def _(s: Scene) -> None:
    case = s.case()
    s.use(case, "requested", "refused", name="first")
    s.sealed(case)


PAPER = ("requested", "approved", "opened", "unsealed", "reclosed", "signed", "enclosed")
"""The whole way of a seal of rubber from its envelope into the next one."""


@scene(SEAL, "公章实物没有批准就启封", guilty=True)
def _(s: Scene) -> None:
    s.use(None, *(step for step in PAPER if step != "approved"))


@scene(SEAL, "信封被拆过，公章在程序之外用过", guilty=True)
def _(s: Scene) -> None:
    s.incident(s.use(None, "requested", "approved", "opened", "refused"), "broken")


@scene(SEAL, "公章换进了另一个编号的信封", guilty=True)
def _(s: Scene) -> None:
    s.incident(s.use(None, "requested", "approved", "opened", "refused"), "other_number")


@scene(SEAL, "盖章次数超出批准", guilty=True)
def _(s: Scene) -> None:
    s.incident(s.use(None, *PAPER), "excess")


@scene(SEAL, "公章启封后带走一天", guilty=True)
def _(s: Scene) -> None:
    use = s.use(None, "requested", "approved", "opened", "unsealed", days_ago=2)
    s.incident(use, "overdue", days_ago=2, at="12:00")


@scene(SEAL, "公章实物按程序启封、盖章、封存", guilty=False)
def _(s: Scene) -> None:
    s.use(None, *PAPER)


@scene(SEAL, "保管人到场后不同意启封", guilty=False)
def _(s: Scene) -> None:
    s.use(None, "requested", "approved", "opened", "refused")


@scene(SEAL, "没有到齐而过时，再次到齐后启封", guilty=False)
def _(s: Scene) -> None:
    s.use(None, "requested", "approved", "opened", "lapsed", *PAPER[2:])


@scene(SEAL, "保管人看错一位编号，信封原封未动", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    s.incident(s.use(None, "requested", "approved", "opened", "refused"), "other_number")


@scene(SEAL, "盖的份数多，迟了十分钟封存", guilty=False, looks_wrong=True)
def _(s: Scene) -> None:
    s.incident(s.use(None, *PAPER), "overdue")
