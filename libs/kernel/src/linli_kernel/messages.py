"""Texts of statuses and of malformed fields, Chinese and English."""

from __future__ import annotations

import re
from typing import Any

STATUS_TITLES: dict[str, dict[int, str]] = {
    "zh": {
        401: "未登录", 403: "无权办理", 404: "未找到", 405: "不支持的操作", 409: "与规则冲突", 412: "记录已变化", 413: "内容过大",
        415: "格式不支持", 422: "填写有误", 428: "缺少版本号", 429: "过于频繁", 500: "系统故障", 502: "服务未响应", 503: "服务暂不可用", 504: "服务超时",
    },
    "en": {
        401: "Not signed in", 403: "Forbidden", 404: "Not found", 405: "Method not allowed", 409: "Conflict", 412: "Stale version",
        413: "Too large", 415: "Unsupported format", 422: "Invalid input", 428: "If-Match required", 429: "Too many requests", 500: "Server fault",
        502: "Bad gateway", 503: "Unavailable", 504: "Timed out",
    },
}  # fmt: skip

NO_SUCH_DAY = (
    "日历上没有这一天，请检查月份和日子",
    "There is no such day in the calendar; check the month and the day",
)
_UNREADABLE_DAYS = ("date_from_datetime_parsing", "date_parsing", "datetime_parsing", "datetime_from_date_parsing")
_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

# pydantic's error types; the braces are filled from the error's context.
VALIDATION_ZH: dict[str, str] = {
    "missing": "此项必填",
    "extra_forbidden": "没有这个字段",
    "json_invalid": "内容不是有效的 JSON",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_type": "应为文字",
    "string_pattern_mismatch": "格式不正确",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "bool_parsing": "应为是或否",
    "bool_type": "应为是或否",
    "uuid_parsing": "编号格式不正确",
    "uuid_type": "编号格式不正确",
    "date_from_datetime_parsing": "日期应为 年-月-日，例如 2026-03-07",
    "date_parsing": "日期应为 年-月-日，例如 2026-03-07",
    "datetime_from_date_parsing": "时间格式不正确",
    "datetime_parsing": "时间格式不正确",
    "timezone_aware": "时间须带时区",
    "enum": "只能选择：{expected}",
    "literal_error": "只能选择：{expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_attributes_type": "应为对象",
    "value_error": "{error}",
}


_BETWEEN_WORDS = re.compile(r", | or ")
"""pydantic lists the allowed words in an English sentence."""


def validation_text(error: Any, lang: str) -> str:
    """Return the sentence for one pydantic error; a `zh|en` text of our own validators is split."""
    context = dict(error.get("ctx") or {})
    if error["type"] == "value_error":
        own = str(context.get("error", ""))
        zh, separator, en = own.partition("|")
        return (en if lang == "en" and separator else zh) or str(error["msg"])
    if error["type"] in _UNREADABLE_DAYS and _WRITTEN_DAY.match(str(error.get("input"))):
        return NO_SUCH_DAY[lang == "en"]
    if lang == "en":
        return str(error["msg"])
    if "expected" in context:
        context["expected"] = "、".join(word.strip("'") for word in _BETWEEN_WORDS.split(str(context["expected"])))
    try:
        return VALIDATION_ZH.get(str(error["type"]), "格式不正确").format(**context)
    except (KeyError, IndexError):
        return "格式不正确"
