"""What a life event can be refused for; each error names the fact that a clerk can put right."""

from typing import Any

from linli_kernel.errors import Conflict, FieldError, Forbidden


class DayRefused(Conflict):
    """The event cannot have happened on the day that was given: said at the field of the day."""

    def __init__(self, **facts: Any) -> None:
        zh, en = (text.format(**facts) for text in (self.zh, self.en))
        super().__init__(errors=[FieldError("/date", self.code, zh, en)], **facts)


class AlreadyInHousehold(Conflict):
    code = "registry.already_in_household"
    zh = "此人已在另一户，请先办理迁出、分户或并户"
    en = "This person already belongs to another household; move out, split or join first"


class StayOverlaps(Conflict):
    code = "registry.stay_overlaps"
    zh = "{day} 时此人仍登记在另一户"
    en = "On {day} this person was still registered in another household"


class LivesInHousehold(Conflict):
    code = "registry.lives_in_household"
    zh = "此人是某户的成员，请在该户办理"
    en = "This person is a member of a household; register it there"


class LivesElsewhere(Conflict):
    code = "registry.lives_elsewhere"
    zh = "此人已转往{county}，请在那里办理"
    en = "This person was transferred to {county}; register it there"


class AlreadyAway(Conflict):
    code = "registry.already_away"
    zh = "此人已登记为迁出"
    en = "This person is registered as moved out already"


class NotAMember(Conflict):
    code = "registry.not_a_member"
    zh = "此人不是该户成员"
    en = "This person is not a member of the household"


class HouseholdClosed(Conflict):
    code = "registry.household_closed"
    zh = "该户已于 {closed_on} 销户"
    en = "The household was closed on {closed_on}"


class EventInFuture(DayRefused):
    code = "registry.event_in_future"
    zh = "事件日期不能晚于今天"
    en = "An event cannot be dated in the future"


class EventLongAgo(DayRefused):
    code = "registry.event_long_ago"
    zh = "事件日期不能早于 {earliest}，请核对年份"
    en = "An event is not dated before {earliest}; check the year"


class EventTooEarly(DayRefused):
    code = "registry.event_too_early"
    zh = "事件日期早于此前的登记（{since}），请先更正此前的登记"
    en = "The event is earlier than what was registered before ({since}); correct that first"


class BeforeHousehold(EventTooEarly):
    zh = "该户 {since} 才立户，事件日期不能早于这一天"
    en = "The household was opened on {since}; the event cannot be earlier"


class BeforeEntry(EventTooEarly):
    zh = "此人 {since} 才入户，事件日期不能早于这一天"
    en = "This person came into the household on {since}; the event cannot be earlier"


class BeforePresentHead(EventTooEarly):
    zh = "现户主自 {since} 起任户主，变更日期不能早于这一天"
    en = "The present head has been the head since {since}; the change cannot be earlier"


class BeforeMarriage(EventTooEarly):
    zh = "两人 {since} 登记结婚，离婚日期不能早于这一天"
    en = "They were married on {since}; the divorce cannot be earlier"


class HeadCameLater(Conflict):
    code = "registry.head_came_later"
    zh = "新户主 {since} 才入户，事件发生当天不在户内，请指定当天在户的成员"
    en = "The new head came into the household on {since}, after the event; name somebody who lived there that day"


class BeforeBirth(DayRefused):
    code = "registry.before_birth"
    zh = "{day} 时当事人（或其中一人）还没有出生，请核对日期和人员"
    en = "On {day} the person (or one of those named) was not born yet; check the day and who is named"


class PersonDead(Conflict):
    code = "registry.person_dead"
    zh = "此人已登记死亡"
    en = "This person is registered as dead"


class RegistrationVoid(Conflict):
    code = "registry.registration_void"
    zh = "此人的登记已作废"
    en = "This registration is void"


class HeadRequired(Conflict):
    code = "registry.head_required"
    zh = "户内其余成员需要指定新户主"
    en = "A new head must be named for the members who stay"


class HeadTooYoung(Conflict):
    code = "registry.head_too_young"
    zh = "户内有成年人时，户主须年满 18 周岁"
    en = "Where there are adults the head must be at least 18"


class MinorsLeftAlone(Conflict):
    code = "registry.minors_left_alone"
    zh = "办理后户内只剩未满 16 周岁的儿童，请一并迁移或先落实监护人"
    en = "Only children under 16 would be left; move them too or settle a guardian first"


class NobodyNamed(Conflict):
    code = "registry.nobody_named"
    zh = "请至少指定一名成员"
    en = "Name at least one member"


class WholeHousehold(Conflict):
    code = "registry.whole_household"
    zh = "分户不能包含全部成员；整户迁移请办理迁出或变更住址"
    en = "A split cannot take every member; move the household instead"


class SameHousehold(Conflict):
    code = "registry.same_household"
    zh = "两户是同一户"
    en = "Both are the same household"


class NewcomerMarried(Conflict):
    code = "registry.already_married"
    zh = "对方已有登记的配偶"
    en = "The newcomer already has a registered spouse"


class MemberMarried(Conflict):
    code = "registry.already_married"
    zh = "本户成员已有登记的配偶"
    en = "The member of this household already has a registered spouse"


class NotMarried(Conflict):
    code = "registry.not_married"
    zh = "此人没有登记的配偶，婚姻状况可在“修改登记”中更改"
    en = "This person has no registered spouse; the marriage status is changed in the record"


class UnderMarriageAge(Conflict):
    code = "registry.under_marriage_age"
    zh = "未达到法定婚龄（男 22 周岁，女 20 周岁）"
    en = "Below the lawful age of marriage (men 22, women 20)"


class ParentNotOlder(Conflict):
    code = "registry.parent_not_older"
    zh = "父母的出生日期须早于子女"
    en = "A parent must be born before the child"


class RelationInvalid(Conflict):
    code = "registry.relation_invalid"
    zh = "与户主关系代码 {relation} 不能用于此成员"
    en = "Relation code {relation} cannot be used for this member"


class NotTheLastEvent(Conflict):
    code = "registry.not_the_last_event"
    zh = "此后又有登记涉及同一人或同一户，请先更正后面的登记"
    en = "Later events touch the same people or household; correct those first"


class AlreadyCorrected(Conflict):
    code = "registry.already_corrected"
    zh = "该事件已被更正"
    en = "The event has already been corrected"


class EventOfTransfer(Conflict):
    code = "registry.event_of_transfer"
    zh = "这是与{county}之间的跨县转移，两地已同时登记，不能只更正一方；需要迁回时，请由现居住地再发起一次转移"
    en = "This belongs to a transfer with {county}, which both sides registered; to move back, transfer from where they are now"


class EventOfAnotherHousehold(Conflict):
    code = "registry.event_of_another_household"
    zh = "该事件不属于此户"
    en = "The event does not belong to this household"


class EvidenceHidden(Forbidden):
    code = "registry.evidence_hidden"
    zh = "您的岗位只能看到遮蔽后的信息，不能查看凭据原件"
    en = "Your post sees masked data only, not the papers themselves"


class HouseholdNumberTaken(Conflict):
    code = "registry.household_number_taken"
    zh = "户号已被使用"
    en = "The household number is already in use"
