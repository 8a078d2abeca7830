export default {
  title: '再次补正', hint: '一次性告知之后又要求补正的办件，由承办人员说明理由。这里不显示申请人。',
  column: { number: '办件号', notice: '第几次', matter: '事项', kind: '理由类别', reason: '理由', department: '承办部门', village: '村（社区）', at: '时间' },
  times: '第 {count} 次', away: '办件系统暂未应答，理由稍后可见', empty: '没有再次补正的办件', emptyHint: '每次再次告知都会自动报到这里。',
}
