"""What can go wrong on the way to a resolution."""

from typing import Any

from linli_kernel.errors import Conflict, Invalid, NotFound

from linli_supervision.deliberations.words import COMMANDS, PHASES


class DeliberationNotFound(NotFound):
    code = "supervision.deliberation_not_found"
    zh = "没有这件议事，或不在您的管辖范围内"
    en = "No such deliberation, or outside your area"


class WrongStep(Conflict):
    code = "supervision.deliberation_step"
    zh = "{stands}，现在不能{tried}；各步须依次进行，不能跳过"
    en = "The deliberation is at {phase}; {command} is not possible. Steps are taken in order and none is skipped"

    def __init__(self, *, command: str, phase: str, **facts: Any) -> None:
        super().__init__(command=command, phase=phase, tried=COMMANDS[command], stands=PHASES[phase], **facts)


class NoticeTooShort(Conflict):
    code = "supervision.deliberation_notice"
    zh = "会议应提前 {days} 天通知，最早可定在 {earliest}"
    en = "A meeting is called {days} days ahead; the earliest day is {earliest}"


class MeetingNotYet(Conflict):
    code = "supervision.deliberation_meeting_not_yet"
    zh = "会议定于 {day}，当天才能开会"
    en = "The meeting was called for {day} and cannot be held before"


class StillShown(Conflict):
    code = "supervision.deliberation_still_shown"
    zh = "公示到 {until} 为止，期满后才能进入下一步"
    en = "It is shown until {until}; the next step comes after that day"


class ReasonMissing(Invalid):
    code = "supervision.deliberation_reason"
    zh = "请说明原因"
    en = "Say why"


class NotPublished(Conflict):
    code = "supervision.deliberation_not_published"
    zh = "公示须引用本村已发布的公开，并覆盖这些类别：{missing}"
    en = "Name disclosures that the village has published, under these categories too: {missing}"


class DisclosureGone(Conflict):
    code = "supervision.deliberation_disclosure_gone"
    zh = "公示的内容已被撤回，须重新公示"
    en = "What was shown has been withdrawn; show it again"


class HeldLater(Invalid):
    code = "supervision.deliberation_day"
    zh = "会议日期不能晚于今天，也不能早于上一步"
    en = "The day cannot lie after today nor before the step before"


class NotEnrolled(Invalid):
    code = "supervision.deliberation_not_enrolled"
    zh = "名册上没有其中的 {count} 人"
    en = "{count} of them are not on the roll"


class RollEmpty(Conflict):
    code = "supervision.deliberation_roll_empty"
    zh = "名册为空：登记库里没有符合条件的人"
    en = "The roll is empty: nobody in the registry fits"


class NotByGroup(Invalid):
    code = "supervision.deliberation_not_by_group"
    zh = "这一步按全村通知，不能只选几个小组"
    en = "This step calls the whole village, not some groups of it"


class NotEligible(Invalid):
    code = "supervision.deliberation_not_eligible"
    zh = "所列人员中有 {count} 人不在本村居住、未成年或已不在登记库中"
    en = "{count} of those listed do not live here, are minors, or are no longer registered"


class ProxyNotAllowed(Conflict):
    code = "supervision.deliberation_proxy"
    zh = "不能这样委托：受托人须本人到会，每人最多受托 {most} 人"
    en = "No such proxy: whoever speaks for others is present, for at most {most} people"


class ProxyUnwritten(Conflict):
    code = "supervision.deliberation_proxy_unwritten"
    zh = "委托须有书面委托书：每委托一人，先附一份"
    en = "A proxy is in writing: attach one paper for each person spoken for"


class NotSitting(Conflict):
    code = "supervision.deliberation_not_sitting"
    zh = "会议没有在进行"
    en = "No meeting is being held"


class VotedAlready(Conflict):
    code = "supervision.deliberation_voted"
    zh = "其中 {count} 人（户）已经投过票，不能重复投票"
    en = "{count} of them have voted already; nobody votes twice"


class NotPresent(Conflict):
    code = "supervision.deliberation_not_present"
    zh = "其中 {count} 人没有签到，不能投票"
    en = "{count} of them have not been checked in and cannot vote"


class ChoiceUnfit(Invalid):
    code = "supervision.deliberation_choice"
    zh = "记名表决须逐人记录意见；无记名表决只登记领票，不记录意见"
    en = "An open vote records each choice; a secret one only who took a ballot paper"


class TallyTooLarge(Conflict):
    code = "supervision.deliberation_tally"
    zh = "票数合计 {counted} 张，多于发出的 {given} 张"
    en = "{counted} ballots were counted, more than the {given} given out"


class TallyMissing(Conflict):
    code = "supervision.deliberation_tally_missing"
    zh = "无记名表决须先录入唱票结果并附照片"
    en = "Enter the count of the secret ballots and attach a photograph first"


class OnlineNotAllowed(Conflict):
    code = "supervision.deliberation_online"
    zh = "这一步不接受线上表决"
    en = "This step takes no votes on line"


class TooManyFiles(Conflict):
    code = "supervision.deliberation_files"
    zh = "一步最多 {most} 个附件"
    en = "A step has at most {most} papers"


class DaysOutOfOrder(Invalid):
    code = "supervision.deliberation_days"
    zh = "各项期限不能早于今天，须依次往后；延期只能往后延"
    en = "The days lie not in the past and follow each other; a postponed day lies after the one before"


class MilestonesOpen(Conflict):
    code = "supervision.deliberation_milestones"
    zh = "还有 {count} 项没有完成；各项依次完成，全部完成后才能报请验收"
    en = "{count} milestones are left; they are reached in order, and acceptance comes after all of them"


class EvidenceMissing(Conflict):
    code = "supervision.deliberation_evidence"
    zh = "完成一项须附这一项的照片或材料"
    en = "A milestone is reached with a photograph or a paper of it"


class CostMissing(Invalid):
    code = "supervision.deliberation_cost"
    zh = "按本地程序，报请验收须填写实际支出"
    en = "The place's procedure asks what it has cost"


class OwnWork(Conflict):
    code = "supervision.deliberation_own_work"
    zh = "组织实施的人不能自己验收"
    en = "Whoever carried it out does not accept it"


class TooMuchTold(Conflict):
    code = "supervision.deliberation_entries"
    zh = "进度记录最多 {most} 条"
    en = "At most {most} entries are kept"
