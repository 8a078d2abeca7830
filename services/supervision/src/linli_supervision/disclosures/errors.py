"""What can go wrong with a disclosure or its files."""

from linli_kernel.errors import Conflict, FieldError, Invalid, NotFound


class DisclosureNotFound(NotFound):
    code = "supervision.disclosure_not_found"
    zh = "没有这份公开，或不在您的管辖范围内"
    en = "No such disclosure, or outside your area"


class WrongDisclosureState(Conflict):
    code = "supervision.disclosure_state"
    zh = "公开处于“{state}”状态，不能执行“{step}”"
    en = "The disclosure is {state}; {step} is not possible"


class WroteItThemselves(Conflict):
    code = "supervision.disclosure_own"
    zh = "撰写人不能审核自己写的公开"
    en = "Whoever wrote a disclosure cannot check it"


class ReasonMissing(Invalid):
    code = "supervision.disclosure_reason"
    zh = "请说明原因"
    en = "Say why"


class PersonalDataFound(Invalid):
    code = "supervision.disclosure_personal_data"
    zh = "内容含有公民身份号码、手机号或银行账号，不能公开；请删去，或选择自动遮盖后保存"
    en = "There are identity numbers, phones or bank accounts in it; take them out, or let them be masked"


class PeriodTaken(Conflict):
    code = "supervision.disclosure_period_taken"
    zh = "这一项本期已经公开，请在原公开上更正"
    en = "This item was published for the period already; correct that one"


class PeriodNotOver(Conflict):
    code = "supervision.disclosure_period_running"
    zh = "公开周期到 {end} 才结束，不能提前公开整期内容"
    en = "The period ends on {end}: nothing can tell of all of it before"


class NothingToPublish(Conflict):
    code = "supervision.disclosure_empty"
    zh = "还没有内容：请填写正文、表格或添加附件后再提交"
    en = "There is nothing in it yet: write a text, fill in a table or attach a file first"


class NotAsPublished(Conflict):
    code = "supervision.disclosure_changed"
    zh = "现在的内容与公布时记入账本的不一致，不能打印；请查看这份公开的核对结果"
    en = "It no longer says what the ledger has of its publication: no notice is printed; see its proof"


class TooManyFiles(Conflict):
    code = "supervision.disclosure_files"
    zh = "一份公开最多 {most} 个附件"
    en = "A disclosure has at most {most} attachments"


class StepSkipped(Conflict):
    code = "supervision.flags_step_skipped"
    zh = "请一步一步公布：先公布条数，再公布结论"
    en = "Step by step: first how many there are, then what was found"


def fault(pointer: str, code: str, zh: str, en: str) -> Invalid:
    """One wrong field."""
    return Invalid(errors=[FieldError(pointer, code, zh, en)])
