export default {
  area: '叫号', kiosk: '取号', board: '叫号屏', windows: '窗口', waiting: '等候', nobody: '没有人在等候', nobodyHint: '群众取号后会出现在这里。', window: '窗口', serving: '正在办理', free: '空闲', closed: '未开',
  take: '取号', takeFor: '为群众取号', priority: { normal: '普通', elder: '老年人', disabled: '残疾人', pregnant: '孕妇', veteran: '退役军人' }, swipe: '刷身份证取号，或点下面的按钮', priorityHint: '老年人、残疾人、孕妇、退役军人优先',
  column: { label: '号码', priority: '类别', taken: '取号时间', wait: '已等' }, minutes: '{count} 分钟', expected: '预计等候约 {count} 分钟', ahead: '前面还有 {count} 人', first: '马上就轮到您', taken: '请记住您的号码', again: '返回取号', openBoard: '打开叫号屏', openKiosk: '打开取号屏',
  call: '请 {label} 号', to: '到 {window}', now: '正在叫号', next: '请准备', count: '等候 {count} 人', quiet: '暂无叫号', printTicket: '打印小票', scan: '手机扫码看进度',
  byCategory: '或按要办的事取号', held: '您已取号 {label}，查看进度', phoneHint: '取号后请留意进度；过号可到大厅请工作人员重排。', mine: '我的号码', goTo: '请到 {window} 号窗口', leave: '不办了，退号', leaveHarm: '退号后需重新取号排队。', noTicket: '没有找到这个号', noTicketHint: '请核对链接；号码只在当天有效。', skippedHint: '叫号时您不在。请到大厅告诉工作人员，可重新排入。', renewsItself: '本页自动更新，叫到您时手机会震动。', takeAnother: '再取一个号', takeByPhone: '手机扫码取号', late: '正在重新连接…',
  state: { done: '已办完', skipped: '已过号', left: '已退号', called: '正在叫号', waiting: '等候中' }, voice: { on: '语音开', off: '已静音', none: '本机不能播报', locked: '点一下开语音' },
  next_: '下一位', recall: '重呼', skip: '过号', transfer: '转到', skipped: '过号的号', comeBack: '重新排入', backIn: '{label} 已重新排入', channel: { clerk: '窗口', kiosk: '取号机', phone: '手机' }, chan: '来源', category: '类别',
  wall: { title: '张贴二维码', hint: '用手机扫码，不用排队问', take: '取号', takeHint: '人还没到也能排队；快轮到时手机会提醒。', report: '反映问题', reportHint: '路灯不亮、水管漏水、垃圾没人管……拍张照片告诉我们，有人接、有期限、有回音。', guide: '办事指南', guideHint: '看看能办什么、带什么、多久办好。', print: '打印' },
  report: { title: '叫号日报', open: '日报', day: '日期', total: '取号', served: '办结', skipped: '过号', left: '退号', waiting: '等候', meanWait: '平均等候', longestWait: '最长等候', meanService: '平均办理', byWindow: '按窗口', byCategory: '按类别', byHour: '按时段', byChannel: '按来源', minutes: '{count} 分', hour: '{hour} 时', none: '这一天没有取号', noneHint: '换一天看看。', key: '项目' },
}
