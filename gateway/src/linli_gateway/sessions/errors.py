"""Why a sign-in or a refresh is refused."""

from __future__ import annotations

from linli_kernel.errors import Forbidden, NotFound, TooMany, Unauthenticated


class InvalidCredentials(Unauthenticated):
    code = "auth.invalid_credentials"
    zh = "用户名或密码不正确"
    en = "The user name or the password is wrong"


class InvalidCode(Unauthenticated):
    code = "auth.invalid_code"
    zh = "手机号或验证码不正确，或验证码已过期"
    en = "The phone number or the code is wrong, or the code has expired"


class WhoNeeded(Unauthenticated):
    code = "auth.who_needed"
    zh = "这个手机号登记给了不止一人，请再输入您本人证件号码的最后四位"
    en = "More than one person has this number: enter the last four characters of your own document number as well"


class WhoUnknown(Unauthenticated):
    code = "auth.who_unknown"
    zh = "证件号码最后四位与这个手机号登记的人对不上，请核对；没有证件号码的，请到村（社区）窗口办理"
    en = "Nobody with this phone can be told by these four characters; check them, or ask at the village's window"


class ActivationRequired(Unauthenticated):
    code = "auth.activation_required"
    zh = "请输入另一位管理员当面交给您的启用码"
    en = "Enter the activation code that the other administrator gave you"


class ActivationRejected(Unauthenticated):
    code = "auth.activation_rejected"
    zh = "启用码不正确"
    en = "The activation code is wrong"


class OtpRequired(Unauthenticated):
    code = "auth.otp_required"
    zh = "请输入动态验证码"
    en = "Enter the code of your authenticator"


class OtpRejected(Unauthenticated):
    code = "auth.otp_rejected"
    zh = "动态验证码不正确或已使用"
    en = "The one-time code is wrong or was used before"


class PasswordChangeRequired(Forbidden):
    code = "auth.password_change_required"
    zh = "首次登录或密码已到期，请设置新密码后登录"
    en = "Set a new password to sign in: this one is initial or has expired"


class NoPost(Forbidden):
    code = "auth.no_post"
    zh = "账号没有可用的岗位，请联系管理员"
    en = "The account has no post; ask your administrator"


class TooManyAttempts(TooMany):
    code = "auth.too_many_attempts"
    zh = "尝试次数过多，请在 {seconds} 秒后再试"
    en = "Too many attempts; try again in {seconds} seconds"


class RefreshRefused(Unauthenticated):
    code = "auth.refresh_refused"
    zh = "登录已失效，请重新登录"
    en = "The sign-in has ended; sign in again"


class RefreshReused(Unauthenticated):
    code = "auth.refresh_reused"
    zh = "登录凭证被重复使用，为安全起见已退出，请重新登录"
    en = "The refresh token was used twice; the session was ended for safety"


class SessionNotFound(NotFound):
    code = "auth.session_not_found"
    zh = "没有这个在线会话"
    en = "There is no such session"
