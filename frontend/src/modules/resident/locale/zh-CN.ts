/** Texts of a resident's own pages, Chinese. */
export default {
  home: '我的', hint: '用登记的手机号收取验证码登录，只能看到您自己的。', news: '消息', newsHint: '开会通知、补材料、办理结果、您关注的公开', unread: '{count} 条未读', nothingNew: '没有未读消息',
  follows: '我的关注', followsHint: '关注的村（社区）公开和您的质询', lookedAt: '谁看过我的信息', lookedAtHint: '每一次查看都有记录；看的时候要再验证一次', meetings: '会议和表决', noMeetings: '现在没有通知您参加的会议或表决。', notCalled: '名册已定，还没有通知开会',
  every: '全部', onlyUnread: '未读', which: '看哪些', isUnread: '未读', readAll: '全部标为已读', allRead: '已全部标为已读', none: '还没有消息', noneHint: '通知您开会、请您补材料、办件有结果，或关注的村有新公开时，这里会有。', noneUnread: '没有未读消息', noneUnreadHint: '看过的在“全部”里。',
  offline: '网络已断开，连上后自动取消息。', offlineOld: '网络已断开，下面是之前取到的。', topic: { meeting: '会议', disclosure: '公开', case: '办件' }, open: { meeting: '看会议', disclosure: '看公开全文', case: '看办理进度' }, noLink: '受理后可以从这里看办理进度。', gone: '没有这条消息', goneHint: '可能不是发给这个手机号的，或关注已经取消。',
}
