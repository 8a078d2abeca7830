"""What can be wrong with a whistle."""

from linli_kernel.errors import Conflict, Forbidden, Invalid, TooMany


class CommandNotAllowed(Conflict):
    code = "desk.whistle_command_not_allowed"
    zh = "当前状态“{state}”不能进行此操作"
    en = "Not possible while the whistle is: {state_en}"


class DutyNotAllowed(Conflict):
    code = "desk.whistle_duty_not_allowed"
    zh = "{department}当前为“{state}”，不能进行此操作"
    en = "{department} is at: {state_en}; this is not possible now"


class NoDuty(Conflict):
    code = "desk.whistle_no_duty"
    zh = "{department}没有被吹哨"
    en = "{department} was not called by this whistle"


class LeadIsLast(Conflict):
    code = "desk.whistle_lead_is_last"
    zh = "牵头部门最后办结，还有{departments}未办结"
    en = "The lead answers last; still at work: {departments}"


class AlreadyAssigned(Conflict):
    code = "desk.whistle_already_assigned"
    zh = "{department}已在本哨单中"
    en = "{department} is on this whistle already"


class OneLead(Conflict):
    code = "desk.whistle_one_lead"
    zh = "应当且只能有一个牵头部门"
    en = "Exactly one department must lead"


class NotTheWhistler(Forbidden):
    code = "desk.not_the_whistler"
    zh = "谁吹哨谁销哨：只有吹哨人可以进行此操作"
    en = "Only the whistler may do this"


class NotJoinable(Conflict):
    code = "desk.whistle_not_joinable"
    zh = "只能并入同村（社区）正在办理的另一张哨单"
    en = "It can be joined only to another open whistle of the same village"


class TooManyReports(TooMany):
    code = "desk.too_many_whistles"
    zh = "提交过于频繁，请稍后再试；紧急情况请直接拨打村（社区）值班电话或 110、119、120"
    en = "Too many reports; try again later, and in an emergency call the village or 110, 119, 120"


class NotClosedYet(Conflict):
    code = "desk.whistle_not_closed_yet"
    zh = "哨单尚未销哨，销哨后即可评价"
    en = "The whistle is not closed yet; it can be rated afterwards"


class WhistleRated(Conflict):
    code = "desk.whistle_already_rated"
    zh = "您已评价过，感谢您的评价"
    en = "You have rated this already"


class TooManyPhotos(Conflict):
    code = "desk.whistle_too_many_photos"
    zh = "最多上传 {most} 张照片"
    en = "At most {most} photographs"


class NotAPhotograph(Invalid):
    code = "desk.whistle_not_a_photograph"
    zh = "只接受照片（JPG、PNG、WebP、HEIC）"
    en = "Photographs only (JPG, PNG, WebP, HEIC)"
