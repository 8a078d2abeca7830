"""What can go wrong with an inquiry."""

from linli_kernel.errors import Conflict, Forbidden


class WrongInquiryState(Conflict):
    code = "supervision.inquiry_state"
    zh = "这项问查现在不能这样处理，请刷新后再看"
    en = "The inquiry cannot take this step now"


class OwnWork(Forbidden):
    code = "supervision.own_work"
    zh = "整改是您本人报告的，须由监督委员会的其他人复查"
    en = "You reported yourself what was put right; another member of the committee looks again"


class ShownByItself(Conflict):
    code = "supervision.check_shown_by_itself"
    zh = "这一项由账本里的活动记录得出，不用也不能手工填写"
    en = "This one follows from the record of activity; nobody says so by hand"


class NotDrawnYet(Conflict):
    code = "supervision.not_drawn_yet"
    zh = "抽签要等账本的下一次签名，几秒后再开始"
    en = "The draw waits for the log's next signature; try again in some seconds"


class DrawnAlready(Conflict):
    code = "supervision.drawn_already"
    zh = "这一问还有没办结的随机抽查，不能重新抽；请先把它查完"
    en = "An inquiry at random into this question is still open: there is no second draw before it is closed"


class NothingToDraw(Conflict):
    code = "supervision.nothing_to_draw"
    zh = "这段时间没有可以抽查的记录，请改长天数"
    en = "There is nothing to draw from in these days"
