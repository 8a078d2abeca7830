"""What can go wrong with an inquiry."""

from linli_kernel.errors import Conflict


class WrongInquiryState(Conflict):
    code = "supervision.inquiry_state"
    zh = "这项问查现在不能这样处理，请刷新后再看"
    en = "The inquiry cannot take this step now"


class NothingToDraw(Conflict):
    code = "supervision.nothing_to_draw"
    zh = "这段时间没有可以抽查的记录，请改长天数"
    en = "There is nothing to draw from in these days"
