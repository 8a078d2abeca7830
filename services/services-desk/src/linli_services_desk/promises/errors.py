"""What a promise forbids."""

from linli_kernel.errors import Conflict


class PromiseBroken(Conflict):
    code = "desk.promise_broken"
    zh = "承诺补交的材料已逾期：{names}。请先补交，或重新约定日期"
    en = "Promised materials are overdue: {names}. Bring them or agree on a new day first"


class PromiseOpen(Conflict):
    code = "desk.promise_open"
    zh = "容缺材料尚未补齐：{names}，不能归档"
    en = "Promised materials are still to come: {names}; the case cannot be filed"
