"""What can be wrong with a wish to be told."""

from linli_kernel.errors import Conflict, FieldError, Invalid


class TooManySubscriptions(Conflict):
    code = "desk.too_many_subscriptions"
    zh = "最多关注 {most} 项，请先取消不需要的"
    en = "At most {most} at a time; end one first"


def not_your_phone() -> Invalid:
    return Invalid(
        errors=[
            FieldError("/phone", "desk.not_your_phone", "不是本人登记的手机号", "Not the phone that you registered")
        ]
    )


def no_such_category() -> Invalid:
    return Invalid(
        errors=[FieldError("/categories", "desk.no_such_category", "公开目录中没有这一类", "No such category")]
    )
