export default {
  title: '容缺承诺', hint: '先受理后补交的材料。到期前和当天短信提醒申请人；过了承诺日仍未补交的，不能批准，也不能归档。',
  all: '全部', due: '未到期', overdue: '已逾期', counts: '共 {open} 项，已逾期 {overdue} 项',
  column: { applicant: '申请人', matter: '事项', material: '材料', date: '承诺日期', left: '期限', note: '说明', number: '办件号', village: '村（社区）' },
  left: '还剩 {count} 个工作日', today: '今天到期', late: '逾期 {count} 个工作日',
  empty: '没有待补交的材料', emptyHint: '受理时选“容缺”的材料会列在这里。', emptyOverdue: '没有逾期的承诺',
}
