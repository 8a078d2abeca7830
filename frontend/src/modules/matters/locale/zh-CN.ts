export default {
  area: '事项', one: '事项', find: '查找事项', column: { name: '事项', category: '类别', department: '部门', limit: '时限', result: '结果', state: '办理' },
  state: { published: '可受理', guide: '办事指南', refused: '不予开具' }, seal: '需用印', empty: '没有这样的事项', emptyHint: '换个说法，或清除筛选。',
  refusedTitle: '村（社区）不出具此证明', refusedIssuer: '请到这里办理', refusedBasis: '依据', guideTitle: '本地尚未开通受理', guideHint: '可查看办事指南，由承办部门受理。',
  guide: '办事指南', object: '服务对象', department: '承办部门', conditions: '受理条件', procedure: '办理流程', limit: '办理时限', statutory: '法定', promised: '承诺', visits: '到场次数', visitsCount: '{count} 次', noVisit: '一次不用跑', fee: '收费', free: '不收费', place: '办理地点', hours: '办理时间', result: '办理结果', basis: '法律依据', steps: '环节', materials: '申请材料',
  unit: { working_day: '个工作日', calendar_day: '天', hour: '小时', minute: '分钟', month: '个月' }, required: '必要', optional: '可选', deferrable: '可容缺', original: { kept: '收原件', checked: '核原件' }, form: { paper: '纸质', electronic: '电子', both: '纸质或电子' }, copies: '{count} 份', noMaterials: '不需要材料', materialsUnknown: '指南未列出材料，请向承办部门询问', open: '为群众办理', sample: '示例', print: '打印指南', code: '事项编码',
}
