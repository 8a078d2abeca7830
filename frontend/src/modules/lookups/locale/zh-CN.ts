export default {
  seenBy: '谁看过我的信息', seenByHint: '列出每一次查看：时间、人员、内容和目的。可当面给本人看，也可以打印。', unusual: '异常查询', unusualHint: '规则提示的是要问一问的事，不是结论。',
  column: { time: '时间', actor: '人员', role: '岗位', action: '看了什么', purpose: '目的', case: '办件', rule: '情形', day: '日期', people: '涉及人数', entries: '账本记录' },
  action: { 'resident_read': '人员信息（脱敏）', 'resident_search': '查询结果中出现', 'resident_reveal': '完整号码', 'resident_prefill': '填表取用', 'resident_history': '变更历史', 'resident_on': '某日的记录', 'resident_elsewhere': '外县登记情况', 'resident_desk-summary': '办件概况', 'household_read': '整户信息', 'household_events': '户内事项', 'household_history': '整户历史', 'duplicates_compare': '重复比对', 'merge_read': '合并记录', 'case_read': '办件', 'document_read': '文书', 'ledger_search': '账本查询' },
  rule: { many_without_case: '一天内没有办件却查看很多人', at_night: '夜间查看（22 时至 6 时）', many_reveals: '一天内没有办件却多次查看完整号码' },
  empty: '没有人看过', emptyUnusual: '这几天没有异常查询', days: '最近 {count} 天', range: '时间范围', noCase: '—', whole: '完整：{fields}',
}
