"""What can go wrong where two administrators are needed."""

from __future__ import annotations

from linli_kernel.errors import Conflict, Forbidden, NotFound, Unavailable


class ProposalNotFound(NotFound):
    code = "auth.proposal_not_found"
    zh = "没有这项待确认的事项"
    en = "There is no such proposal"


class ProposalWaiting(Conflict):
    code = "auth.proposal_waiting"
    zh = "该账号已有同类事项等待第二位管理员确认"
    en = "The same already waits for a second administrator"


class ProposalDecided(Conflict):
    code = "auth.proposal_decided"
    zh = "该事项已经处理"
    en = "This has been decided already"


class SecondAdministratorNeeded(Forbidden):
    code = "auth.second_administrator_needed"
    zh = "须由另一位管理员确认：不能是提出人，也不能是本人"
    en = "Another administrator has to confirm: not the one who proposed it, nor whom it concerns"


class NotIndependent(Conflict):
    code = "auth.not_independent"
    zh = "您与提出人的账号出自同一人之手（建立或重设密码），或登记为同一人，须由其他管理员确认"
    en = "One person alone stands behind your account and the proposer's; another administrator has to confirm"


class ProposerGone(Conflict):
    code = "auth.proposer_gone"
    zh = "提出人已不再是管理员，此事项不能生效，请退回后重新提出"
    en = "Who proposed this is no administrator any more: refuse it and propose it anew"


class NotYourProposal(Forbidden):
    code = "auth.not_your_proposal"
    zh = "只有提出人可以撤回"
    en = "Only who proposed it withdraws it"


class PersonsUnknown(Unavailable):
    code = "auth.persons_unknown"
    zh = "登记库没有应答，无法核实两位管理员不是同一人，请稍后再试"
    en = "The registry does not answer, so nobody knows whether the two are different people; try again later"
