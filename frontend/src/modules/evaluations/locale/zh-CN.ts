export default {
  title: '评价', rectifications: '差评整改', figures: '评价统计', hint: '本人评价由一次性评价码提交，计入统计；凭回执评价可能由他人代评，不计入。',
  column: { matter: '事项', number: '编号', level: '评价', comment: '意见', source: '来源', at: '时间', rectification: '整改', department: '部门', due: '整改期限', state: '状态', name: '名称', decided: '办结', rated: '已评', unrated: '未评', satisfied: '满意', bad: '差评', byReceipt: '凭回执', mean: '平均', rate: '满意率' },
  level: { l5: '非常满意', l4: '满意', l3: '基本满意', l2: '不满意', l1: '非常不满意' },
  source: { code: '本人', receipt: '凭回执（不计）' }, excluded: '申诉成立，不计',
  state: { open: '待整改', called: '已回访', appealed: '申诉中', done: '已整改', upheld: '申诉成立' },
  all: '全部评价', bad: '只看差评', bulk: '疑似代评', bulkOne: '同一设备批量', bulkHint: '同一设备在短时间内评价过多，已报监督；是否真实由监督核实。', emptyBulk: '没有同一设备批量评价', anyState: '全部状态', empty: '还没有评价', emptyHint: '办结后，申请人凭短信里的一次性评价码评价。', emptyRectifications: '没有需要整改的差评', emptyFigures: '这段时间没有办结的办件',
  left: '还剩 {count} 个工作日', late: '超期 {count} 个工作日', today: '今天到期',
  callBack: '回访', reached: '已联系上', unreachable: '联系不上', complete: '登记整改', measures: '整改措施', appeal: '申诉', reason: '申诉理由', decide: '复核申诉', uphold: '申诉成立', reject: '驳回申诉', answer: '复核意见', save: '提交', saved: '已登记',
  called: '回访：{outcome}', answerOf: '复核意见：{text}', measuresOf: '整改：{text}', appealOf: '申诉：{text}',
  asked: {
    title: '重复索要', hint: '已经有的，又向群众要了一次。受理、补正时自动记下，不记群众姓名。', by: { village: '村（社区）', matter: '事项', month: '月份', thing: '材料或表项' },
    column: { total: '重复索要', material: '材料', field: '表项', supplement: '补正', cases: '涉及办件' },
    means: { material: '库里有在有效期内的同类材料，仍要求提交或拍照。', field: '登记库里已有的内容，又由人工照样录入。', supplement: '一次性告知里要求了已经提交或已经填好的内容。' },
    empty: '没有重复索要', emptyHint: '这段时间没有向群众重复要过材料或信息。',
  },
  by: { matter: '按事项', window: '按窗口', department: '按部门' }, noWindow: '未经窗口', total: '合计', span: '{since} 至 {until} 办结的办件。未评价的不算满意。',
}
