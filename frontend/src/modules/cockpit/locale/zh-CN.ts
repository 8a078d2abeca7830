export default {
  title: '治理驾驶舱', heading: '{place}治理驾驶舱', hint: '点数字看它在下级的分布，点地名逐级下钻，“记录”打开清单。', area: '本辖区',
  asOf: '截至 {at}，每 {seconds} 秒刷新', year: '年份', month: '月份', wholeYear: '全年', sides: '数据看板', figures: '各项数字',
  before: '历史数据补算中，已读 {read} 件，数字还会增加', workbook: '导出 Excel（{name}）',
  report: '打印周报', reporting: '正在排版周报…', records: '记录', recordsOf: '{figure}的记录', way: '当前位置',
  away: '登记库暂时无法连接：人口数和地名稍后显示，其余数字不受影响。', empty: '这里还没有数字', emptyHint: '办件、公开、议事和吹哨发生后，会即时出现在这里。',
  group: { people: '人口', cases: '办件与时限', satisfaction: '群众评价', disclosures: '村务公开', deliberations: '议事协商', whistles: '吹哨报到', oversight: '监督' },
  of: {
    residents: '登记人口', households: '户数', accepted: '受理', decided: '办结', onTime: '按时办结率', in_work: '在办', due_soon: '临期', overdue: '超期', satisfied: '满意率', unrated: '未评价',
    disclosures: '已公开', duties_due: '待公开', duties_missing: '逾期未公开', deliberations: '发起议事', deliberations_open: '议事进行中', meetings: '议事会议', group_meetings: '小组会议', solved: '议定并落实',
    whistles: '吹哨', whistles_open: '未销哨', response: '报到及时率', solution: '办结及时率', flags_open: '未结红旗', inquiries_open: '未结问查', committee_meetings: '监委会会议',
  },
  now: '现在', ofYear: '今年应公开', within: '所选时间',
  map: '{figure}：下级分布', mapHint: '每格一个下级单位，按区划代码排列，不代表地理位置；颜色越深数值越大。方向键移动，回车下钻。', unknown: '暂无',
  villageMap: '打开村图', villageHint: '已到村（社区）一级。点“记录”看每一件。',
  trend: '近十二个月：{figure}', describeTrend: '{figure}近十二个月，从 {first} 到 {last}', monthColumn: '月份', trendOf: '趋势',
  ranking: '下级排名', place: '地方', open: '进入 {place}',
  yearlyShort: '年度数字', yearly: '{year} 年度议事与公开', yearlyHint: '年度报告口径：公开、会议、协商、解决事项。', yearlyOf: { disclosures: '公开村（居）务（次）', meetings: '议事会议（次）', group_meetings: '村（居）民小组会议（次）', committee_meetings: '监委会会议（次）', deliberations: '开展协商（次）', solved: '解决具体事项（项）' }, total: '合计',
}
