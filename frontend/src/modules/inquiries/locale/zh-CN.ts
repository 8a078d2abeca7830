export default {
  title: '四问四查', one: '一项问查', hint: '监督委员会按计划、随机或根据群众反映进行问查；发现问题限期整改，复查通过才办结。', all: '全部', open: '未办结',
  complaint: { title: '群众反映', which: '哪件反映', hint: '只列本村半年内的质询、申诉、吹哨和差评；办结后，反映人会按原来的渠道得知结果。', spoken: '口头或来信反映，系统里没有记录', after: '监督委员会问查', outcome: { open: '还在问查', nothing_wrong: '没有发现问题', put_right: '已整改，复查通过' }, kind: { objection: '公开质询', appeal: '申诉', whistle: '吹哨', rating: '差评' } },
  question: '问什么查什么', origin: '来由', from: { planned: '按计划', random: '随机抽查', complaint: '群众反映' }, group: '小组', whole: '监督委员会', subject: '查什么', subjectHint: '不写证件号、电话。', village: '村（社区）', created: '安排日期', standing: '进展',
  state: { planned: '已安排', under_way: '问查中', rectifying: '整改中', rectified: '待复查', closed: '已办结' }, until: '{day} 前整改', late: '整改逾期（{day}）',
  plan: '安排问查', planned: '已安排', count: '抽几件', days: '最近多少天', drawHint: '先登记、后抽签：由登记之后账本的第一次签名决定抽到哪几件，谁都选不了，谁都可以重算。同一问查完才能再抽。', drawn: '从 {pool} 条记录中抽出 {count} 条', seed: '抽查种子（账本树根）：', toDraw: '待抽 {count} 条', drawing: '正等账本的下一次签名，几秒后自动抽出。', size: '账本签名到第 {size} 条时抽出。',
  waits: { planned: '等监督委员会开始问查。', under_way: '等监督委员会写出结论。', rectifying: '等村（居）民委员会报告整改。', rectified: '等监督委员会复查。' },
  step: { begin: '开始问查', clear: '未发现问题', object: '发现问题，要求整改', rectify: '报告整改', reject: '复查未通过', accept: '复查通过' },
  reason: { begin: '由谁去查、怎么查', clear: '查了什么、结论', object: '发现的问题和要求', rectify: '怎样整改的', reject: '哪里还没有改好', accept: '复查情况' },
  stays: '记录写下后不能更改。', done: '已记录', history: '经过', empty: '还没有问查', emptyHint: '监督委员会可以从这里安排。',
  meetings: { title: '监委会会议', hint: '本辖区各村（社区）监督委员会今年的会议，最近的在前。', village: '村（社区）', topics: '议题', decisions: '结论', present: '到会', by: '记录人', empty: '今年还没有会议记录', emptyHint: '监督委员会在“监督委员会”页面记录。' },
  activity: { title: '{year} 年活动记录', hint: '印章同启、公开审核、问查和会议自动记入，谁都不用填；每一条都出自账本，可以验算。', none: '这一年还没有活动', together: '保管人到齐，同启印章' },
  committee: {
    title: '监督委员会', hint: '五有、三个小组和每季度的会议。', pick: '先选一个村（社区）', score: '五有：{of} 项有 {score} 项', yes: '有', no: '没有', change: '更改', has: '记为已具备。', lost: '记为不具备。', evidence: '依据（在哪里、是什么）', shown: '由活动记录得出，最近一次 {day}', notShown: '由活动记录得出，今年还没有活动',
    groups: '下设小组', meetings: '{year} 年会议', meet: '记录会议', quarter: '第 {number} 季度 {count} 次', present: '到会 {count} 人', day: '日期', people: '到会人数', recorded: '{day} 补记', topics: '议题', decisions: '结论',
  },
}
