export default {
  title: '通知', hint: '发给您本人和您岗位的通知。已读只对您自己有效。', unreadOnly: '未读', all: '全部', readAll: '全部已读', read: '已读', unread: '未读',
  empty: '没有通知', emptyUnread: '没有未读通知', more: '全部通知',
  column: { title: '通知', topic: '类别', at: '时间', state: '状态' },
  topic: { reminder: '到期提醒', escalation: '超期督办', evaluation: '评价与整改', hand_over: '移交', whistle: '吹哨报到', disclosure: '村务公开', meeting: '会议通知' },
  preferences: '提醒我', preferencesHint: '关闭后不再计入铃铛，仍可在列表中查看。超期督办不能关闭。',
  wish: { title: '短信告知', sms: '用短信告知本人', language: '短信语言', hint: '夜间不发，早上再发。' },
  messages: '短信', messagesHint: '发给居民的短信，夜间不发，早上再发。评价码只在短信里，经办人看不到。', phones: '演示手机', phonesHint: '演示系统不真正发送短信，内容显示在这里。', queue: '发送记录',
  message: { matter: '事项', number: '编号', template: '内容', state: '状态', attempts: '次数', at: '时间' },
  template: { case_accepted: '已受理', case_material: '还缺材料', case_supplement: '需补正', case_not_accepted: '不予受理', case_decided: '已办结，请评价', case_not_issued: '不予出具，请评价', promise_due: '容缺材料到期', seal_refused: '用印前再核实', whistle_whistled: '吹哨已受理', whistle_closed: '吹哨已办结', whistle_dismissed: '吹哨处理意见', subscription_published: '关注的公开', subscription_corrected: '公开已更正', subscription_withdrawn: '公开已撤回', subscription_answered: '质询已答复', subscription_decided: '申诉已处理', meeting_called: '通知开会', meeting_changed: '会议改期', meeting_off: '会议取消' },
  sms: { queued: '待发送', sending: '发送中', sent: '已发送', delivered: '已送达手机', undelivered: '未送达', failed: '发送失败', no_phone: '没有电话', declined: '本人不接收', no_adapter: '未接短信网关', outdated: '已过时，未发' },
  noMessages: '还没有短信', noMessagesHint: '办件有结果、关注的村有新公开时会发出短信。', codes: '登录验证码', codesHint: '演示系统不真正发送短信，居民登录用的验证码显示在这里。', noCodesHint: '居民在手机上点“获取验证码”后显示在这里。', onlyInDemo: '只有演示系统有这一页', onlyInDemoHint: '正式系统的验证码只发到居民本人的手机。', anyState: '全部状态',
}
