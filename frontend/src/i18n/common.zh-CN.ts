/** Texts of the frame and of the shared components, Chinese. */
import { roles } from '@/modules/ledger/locale/acts'

export default {
  app: { name: '邻里', long: '村社区治理系统', motto: '人在哪里，事就办到哪里；谁办的、何时办结、权怎么用，都看得见。' },
  demo: {
    label: '演示提示', band: '演示系统 · 人员与数据均为虚构 · 请勿录入真实信息',
    accounts: '演示账号', accountsHint: '选一个岗位即可登录体验。', place: '演示地点', system: '系统',
  },
  shell: {
    visit: { band: '正在查看{county}的记录：只能看，不能改；每次查看都记入该县账本。', back: '回到驾驶舱' },
    areas: '功能区', skip: '跳到正文', post: '地点与岗位', me: '我的', account: '账号与安全', signIn: '登录', signOut: '退出登录',
    elder: '大字模式', otherLanguage: 'English', notices: '提醒', noNotices: '没有待处理的提醒', waiting: '今日待办', told: '未读通知', serving: '正在办理',
    notice: { mine: '轮到我办', overdue: '已超期办件', due_soon: '临期办件', promises_due: '今日应补的容缺材料', supplements_back: '待补正回件', awaiting_seal: '待用印文书' },
    forbidden: '这一页不归当前岗位办理', forbiddenHint: '如需办理，请切换岗位，或联系管理员核对岗位权限。',
    notFound: '没有找到这一页', notFoundHint: '它可能已移走，或不在您的管辖范围内。', toStart: '回到首页',
    searchLabel: '搜索人员、办件和事项', searchPlaceholder: '搜姓名、拼音、证件号、电话、事项、办件号', searchMatters: '搜事项',
    found: { people: '人员', cases: '办件', matters: '事项' },
    foundNothing: '没有找到。可换成全名、拼音首字母或证件号后四位再试。', searchFailed: '搜索暂时不可用，请稍后再试。',
    searchMove: '选择', searchOpen: '打开',
  },
  signIn: {
    username: '账号', password: '密码', showPassword: '显示密码', otp: '动态验证码', otpHint: '请输入身份验证器上的 6 位数字', activation: '启用码', activationHint: '另一位管理员确认后当面交给您的代码，只用这一次；并请设置只有您知道的新密码',
    wrong: '账号或密码不对', wrongNow: '请核对后再试；连续多次不对将需要等待一段时间。', wait: '请等待 {left}', busy: '正在登录…',
  },
  account: {
    name: '姓名', password: '修改密码', current: '当前密码', next: '新密码', again: '再输一次新密码', change: '修改密码', changed: '密码已修改',
    differs: '两次输入不一样', ruleLength: '至少 10 位', ruleMixed: '含大写、小写、数字、符号中的三种',
    mustChange: '首次登录或密码到期，请先修改密码。',
    secondFactor: '第二重验证', secondFactorHint: '登录时除密码外，再输入身份验证器上的动态验证码。', otpIsOn: '已启用', otpIsOff: '未启用', otpOff: '已停用第二重验证', otpQr: '绑定身份验证器的二维码', otpScan: '用手机上的身份验证器扫描二维码，再输入它显示的 6 位数字。', otpType: '不能扫码时，可手工输入密钥：', otpRemove: '停用第二重验证', otpOrRecovery: '动态验证码或恢复码', recovery: '恢复码', recoveryHint: '手机丢失时，每个恢复码可代替一次动态验证码。只显示这一次，请妥善保存。', recoverySave: '保存恢复码', otpBegin: '开始绑定', otpConfirm: '确认绑定', otpOn: '已启用第二重验证',
  },
  session: { idle: '长时间未操作，{left} 后将自动退出；按任意键继续。', ended: '登录已到期，请重新登录，之前的草稿都在。' },
  leaving: { title: '还有 {count} 项没有存入系统', harm: '网络恢复前退出，这台电脑上没有存入系统的内容会清除。', action: '仍要退出' },
  offline: { band: '网络已断开，可以继续查看；恢复后自动重试。未发送 {count} 项。', sending: '网络已恢复，正在发送 {count} 项。' },
  keys: { help: '本页快捷键', search: '搜索', up: '上一行', down: '下一行', open: '打开' },
  action: {
    retry: '重试', close: '关闭', back: '返回', cancel: '取消', copy: '复制', save: '保存', print: '打印', more: '加载更多', open: '打开', remove: '移除', edit: '修改',
    exportCsv: '导出本页', clear: '清除', confirm: '确定',
  },
  state: { loading: '正在载入', searching: '正在查找…', copied: '已复制', saved: '已保存', saving: '正在保存…' },
  confirm: { reasonMissing: '请写明原因', kept: '写好的内容还在，改好后再提交。' },
  clock: {
    green: '还剩 {days} 个工作日', amber: '还剩 {days} 个工作日', red: '还剩 {days} 个工作日', overdue: '已超期 {days} 个工作日', paused: '已暂停', done: '已办结', none: '未计时',
    provisional: '次年放假安排尚未公布，期限暂按周末推算',
  },
  masked: {
    why: '为什么要看完整号码？', own: '其他用途', reveal: '查看', revealOf: '查看完整{label}', hide: '立即隐藏', recorded: '查看行为将记入审计账本，一分钟后自动隐藏。',
    purpose: { handle_case: '办理业务', verify_identity: '核对身份', contact: '联系本人', pay_benefit: '发放补助', emergency: '紧急救助' },
  },
  table: {
    columns: '显示列', selected: '已选 {count} 项', clearSelection: '取消选择', sort: '按{column}排序', ascending: '升序', descending: '降序', shown: '共显示 {count} 项', all: '已全部显示', selectAll: '全选', selectRow: '选择此行', empty: '没有记录',
  },
  category: { label: '类别', all: '全部' },
  form: {
    required: '必填', optional: '选填', fromRegistry: '登记库', changedFromRegistry: '与登记库不同', choose: '请选择', addRow: '添加一行', removeRow: '删除此行', yes: '是', no: '否', date: '如 1943-06-11',
    error: { noSuchDay: '日期不完整，或日历上没有这一天', afterToday: '日期不能晚于今天', required: '请填写', pattern: '格式不对', min: '不能小于 {limit}', max: '不能大于 {limit}', minLength: '至少 {limit} 个字', maxLength: '最多 {limit} 个字', date: '日期应写作 2026-01-31' },
  },
  capture: {
    photograph: '拍照', upload: '上传', title: '拍摄材料', shoot: '拍摄', starting: '正在打开摄像头…（浏览器询问时请点“允许”）', again: '重拍', camera: '摄像头', turn: '旋转', whole: '取消裁剪', cutHint: '在图上拖动可以裁剪', use: '使用这张',
    more: '再拍一页', useAll: '用这 {count} 页', pages: '已拍的页', page: '第 {n} 页', dropPage: '去掉第 {n} 页', instead: '改用上传', retry: '再试一次', tooLarge: '文件超过 {limit} MB', wrongKind: '只接受 PDF 和照片（JPG、PNG、WebP、HEIC）', empty: '文件是空的，请重新选择',
    fault: { none: '没有找到摄像头', refused: '浏览器没有使用摄像头的许可', taken: '摄像头打不开' },
    way: { none: '请检查高拍仪是否插好；也可以改用上传。', refused: '请在地址栏左侧的网站设置里允许摄像头（须用 https 打开）；也可以改用上传。', taken: '可能正被其他程序占用，关掉后再试；也可以改用上传。' },
  },
  sign: { back: '撤一笔', clear: '重签', done: '完成签名' },
  role: roles(0),
  meanwhile: { both: '同事刚把“{field}”改为“{theirs}”。您填的是：', followed: '同事刚把“{field}”改为“{theirs}”，已更新到表单。', together: '同事刚改了“{field}”里的另外几处，已和您填的合在一起。', empty: '（空）', mine: '用我的', theirs: '用同事的' },
  problem: {
    requestId: '请求编号',
    unreachable: { what: '暂时连不上服务', now: '已录入的内容没有丢失，请稍后重试。' },
    401: { what: '登录已失效', now: '请重新登录，草稿都在。' },
    403: { what: '当前岗位不能办理此操作', now: '可切换岗位，或请有权限的同事办理。' },
    404: { what: '没有找到', now: '它可能已移走，或不在您的管辖范围内。' },
    409: { what: '现在不能这样办', now: '内容没有丢失，请按提示调整后再试。' },
    412: { what: '刚刚有人改过这条记录，这次没有保存', now: '您填写的内容都在；核对对方的修改后再提交一次。', stands: '刚刚有人改过这条记录，这次没有保存。它现在是“{state}”。', standsBy: '刚刚有人改过这条记录，这次没有保存。它现在是“{state}”（{by}）。', again: '页面已更新，请看过后再办。' },
    422: { what: '有内容需要更正', now: '请按标出的提示更正。' },
    428: { what: '缺少版本号', now: '请重新打开这条记录后再试。' },
    429: { what: '操作过于频繁', now: '请稍等片刻再试。', nowIn: '请 {seconds} 秒后再试。' },
    broken: { what: '系统出了点问题', now: '已录入的内容没有丢失，请重试；仍不行请把请求编号告诉管理员。' },
    other: { what: '没有办成', now: '内容没有丢失，请再试一次。' },
  },
}
