"""What can go wrong with posts."""

from __future__ import annotations

from linli_kernel.errors import Conflict, Forbidden, NotFound


class PostNotFound(NotFound):
    code = "auth.post_not_found"
    zh = "没有这个岗位"
    en = "There is no such post"


class NotYourPost(Forbidden):
    code = "auth.not_your_post"
    zh = "这不是您的岗位，或不能在该地区使用"
    en = "This post is not yours, or does not reach that county"


class ScopeMismatch(Conflict):
    code = "auth.scope_mismatch"
    zh = "管辖范围 {division} 不属于 {tenant}"
    en = "The division {division} does not belong to {tenant}"


class PostEnded(Conflict):
    code = "auth.post_ended"
    zh = "该岗位已经结束"
    en = "The post has ended already"
