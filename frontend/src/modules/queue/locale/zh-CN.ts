export default {
  area: '叫号', kiosk: '取号', board: '叫号屏', windows: '窗口', waiting: '等候', nobody: '没有人在等候', nobodyHint: '群众取号后会出现在这里。', window: '窗口', serving: '正在办理', free: '空闲', closed: '未开',
  take: '取号', takeFor: '为群众取号', priority: { normal: '普通', elder: '老年人', disabled: '残疾人', pregnant: '孕妇', veteran: '退役军人' }, priorityHint: '老年人、残疾人、孕妇、退役军人优先',
  column: { label: '号码', priority: '类别', taken: '取号时间', wait: '已等' }, minutes: '{count} 分钟', expected: '预计等候约 {count} 分钟', ahead: '前面还有 {count} 人', first: '马上就轮到您', taken: '请记住您的号码', again: '返回取号', openBoard: '打开叫号屏', openKiosk: '打开取号屏',
  call: '请 {label} 号', to: '到 {window}', now: '正在叫号', next: '请准备', count: '等候 {count} 人', welcome: '请按下方按钮取号', quiet: '暂无叫号', notThisHall: '找不到这个大厅', printTicket: '打印小票', scan: '手机扫码看进度',
}
