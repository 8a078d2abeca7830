"""What can go wrong with accounts and passwords."""

from __future__ import annotations

from linli_kernel.errors import Conflict, Forbidden, NotFound, Unavailable


class TooBusy(Unavailable):
    code = "auth.too_busy"
    zh = "登录的人太多，请稍后再试"
    en = "Too many people are signing in; try again shortly"


class AccountNotFound(NotFound):
    code = "auth.account_not_found"
    zh = "没有这个账号"
    en = "There is no such account"


class UsernameTaken(Conflict):
    code = "auth.username_taken"
    zh = "用户名 {username} 已被使用"
    en = "The user name {username} is taken"


class NotYourself(Conflict):
    code = "auth.not_yourself"
    zh = "不能停用或重置自己的账号"
    en = "You cannot disable or reset your own account"


class OutsideYourCounty(Forbidden):
    code = "auth.outside_your_county"
    zh = "只能管理本县市区的账号和岗位"
    en = "You administer the accounts and posts of your own county only"


class LastAdministrator(Conflict):
    code = "auth.last_administrator"
    zh = "这是最后一个系统管理员，不能停用"
    en = "This is the last system administrator and cannot be disabled"


class OtpNotPending(Conflict):
    code = "auth.otp_not_pending"
    zh = "请先生成双因素密钥"
    en = "Create a second factor secret first"


class OtpAlreadyActive(Conflict):
    code = "auth.otp_already_active"
    zh = "双因素认证已启用，请先关闭"
    en = "The second factor is already in use; remove it first"


class WrongOtp(Forbidden):
    code = "auth.wrong_otp"
    zh = "动态验证码不正确"
    en = "The one-time code is wrong"
