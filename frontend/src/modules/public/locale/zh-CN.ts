/** Texts of the public pages, Chinese. */
export default {
  elder: '大字', more: '更多公开信息', place: '地区', privacy: '本页不收集个人信息，不设广告和统计。',
  signIn: { phone: '手机号', askCode: '获取验证码', codeSent: '如果号码已登记，验证码已发出', code: '验证码', tail: '身份证后四位', tailHint: '几个人共用一个手机号时填写', enter: '登录', inside: '已登录', as: '已用 {phone} 登录', leave: '退出' },
  token: { title: '查办件、验真伪', progress: '办理进度', supplement: '还需补交', sealRefused: '保管人要求再核实，这次没有用上印。村里核实后会重新用印，您不用再跑。', keep: '请留好回执：凭回执上的二维码可随时查看进度。', none: '没有找到这张凭证', noneHint: '请核对二维码是否完整、是否由本系统出具；如手上的文书确实扫不出来，请到出具它的窗口询问。' },
  sealing: { waiting: '等待用印', refused: '用印前再核实', sealed: '已用印' },
  point: { received: '已收件', accepted: '受理', decided: '作出决定', delivered: '送达' },
  mark: { done: '已完成', now: '进行中', later: '未开始' },
  outcome: { approved: '决定：同意', refused: '决定：不同意', approve: '决定：同意', refuse: '决定：不同意' },
  state: { draft: '填写中', received: '已收件', supplement: '等待补正', accepted: '已受理', not_accepted: '不予受理', handling: '办理中', suspended: '中止计时', decided: '已决定', delivered: '已送达', closed: '已办结', withdrawn: '已撤回' },
  rate: { title: '评一评', question: '这次办得怎么样，您满意吗？', comment: '想说的话（选填）', send: '提交评价', sending: '正在提交…', once: '每件事只能评价一次，经办人看不到是谁评的。', thanks: '谢谢您的评价，已收到。', already: '已评价过，谢谢。', notYet: '这件事还没有办结，办结后就可以评价。' },
  kind: { receipt: '收件回执', certificate: '村（社区）证明', acceptance_notice: '受理通知书', supplement_notice: '一次性补正告知书', not_accepted_notice: '不予受理通知书', decision: '办理结果决定书', refusal_note: '不予出具证明告知单', residence_certificate: '居住情况证明' },
  paper: {
    title: '文书验真', issued: '本系统出具，真实有效', sealed: '已用印，真实有效', stamped: '纸质盖章，以盖章原件为准', stampedAt: '盖章封存时间', stampers: '{count} 位保管人签名确认', byHand: '公章由全体保管人同时启封，在纸上盖章，随即封存并签名记录。请核对纸上的红色印章；打印件或电子文件没有盖章，不发生效力。', awaiting: '尚未用印，暂不生效', void: '已作废，不发生效力', number: '文号', issuer: '出具单位', day: '出具日期', sealedAt: '用印时间', signers: '{count} 位保管人共同签名',
    reader: '用任何 PDF 阅读器打开原文件，都能看到这些签名。', compare: '手上的文件是不是这一份？', compareHint: '选择 PDF 文件，由本机计算指纹比对，文件不会上传。', choose: '选择 PDF 文件',
    same: '一致：就是这份文书，一字未改。', different: '不一致：不是这份文书，或内容被改动过。', unknown: '这份文书还没有可比对的指纹。', insecure: '此地址不是安全连接（HTTPS），浏览器无法计算指纹。',
  },
  guide: {
    title: '办事指南', heading: '{place}办事指南', search: '搜索事项', placeholder: '搜事项或拼音首字母，如 高龄津贴、gljt', none: '没有找到这个事项', noneHint: '换个说法试试，或到村（社区）窗口询问。', found: '找到 {count} 项',
    refused: '村（社区）不开这个证明，请找{issuer}', notHere: '村（社区）不出具这项证明。', issuedBy: '请到：{issuer}', basis: '依据：', charged: '按规定收费', free: '不收费', noVisit: '不用跑，可代办', visitCount: '最多跑 {count} 次',
    yuan: '{amount} 元', waived: '减免 {amount} 元（{basis}）', unit: { working_day: '个工作日', calendar_day: '天', hour: '小时', minute: '分钟', month: '个月' },
    fact: { limit: '办理时限', green: '一路绿灯', fee: '收费', result: '办理结果', place: '办理地点', hours: '办理时间', visits: '跑动次数', department: '承办部门' },
    conditions: '谁可以办', materials: '带什么材料', optional: '选交', deferrable: '可以后补', steps: '怎么办', law: '依据', guideOnly: '这一项由上级部门办理，本页仅作指引；村（社区）可以代办。',
  },
  log: {
    title: '账本验证', heading: '{place}审计账本', what: '每一次办事、用印、查看个人信息都会记入一本只能追加、不能涂改的账本。账本里没有姓名和号码，任何人都可以验证它有没有被改过。', holds: '验证通过：账本共 {size} 条，签名成立，没有改写。', fails: '验证不通过：这本账有问题。', none: '这个地区的账本还没有第一次签名，或暂时取不到。',
    cosigned: '已共签 {size} 条，{at}', key: '账本公钥', keyHint: '公钥应与张榜公布的一致；对得上，才说明是同一本账。', checkpoint: '最新的签名检查点', elsewhere: '换一台电脑验证', elsewhereHint: '独立验证工具只需要公钥，不需要账号：',
  },
}
