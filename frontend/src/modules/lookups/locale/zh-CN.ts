export default {
  seenBy: '谁看过我的信息', seenByHint: '列出每一次查看：时间、人员、内容和目的。可当面给本人看，也可以打印。', unusual: '异常查询', unusualHint: '规则提示的是要问一问的事，不是结论。',
  column: { time: '时间', actor: '人员', role: '岗位', action: '看了什么', purpose: '目的', case: '办件', rule: '情形', day: '日期', people: '涉及人数', entries: '账本记录', answer: '答复' },
  action: { 'resident_read': '人员信息（脱敏）', 'resident_search': '查询结果中出现', 'resident_reveal': '完整号码', 'resident_prefill': '填表取用', 'resident_history': '变更历史', 'resident_elsewhere': '外县登记情况', 'resident_desk-summary': '办件概况', 'household_read': '整户信息', 'household_events': '户内事项', 'household_history': '整户历史', 'household_kinship': '家庭关系', 'household_evidence': '事项凭据', 'duplicates_read': '疑似重复名单', 'merges_read': '合并名单', 'transfer_read': '跨县转移', 'transfer_list': '跨县转移名单', 'case_reveal': '办件中的完整号码', 'duplicates_compare': '重复比对', 'merge_read': '合并记录', 'case_read': '办件', 'document_read': '文书', 'ledger_search': '账本查询' },
  rule: { many_without_case: '一天内没有办件却查看很多人', at_night: '夜间查看（22 时至 6 时）', many_reveals: '一天内没有办件却多次查看完整号码', own_relatives: '没有办件却查看本人或近亲属', neighbour_at_night: '夜间查看同一网格的邻居' },
  empty: '没有人看过', emptyUnusual: '这几天没有异常查询', days: '最近 {count} 天', range: '时间范围', noCase: '—', whole: '完整：{fields}',
  mineHint: '用登记的手机号收取验证码，查看谁在什么时候、为什么看过您的信息。', phone: '手机号', sendCode: '发送验证码', codeSent: '如果号码已登记，验证码已经发出。', code: '六位验证码', tail: '您本人证件号码的最后四位', show: '查看', otherPhone: '换一个号码', more: '加载更多', leave: '退出', unnamed: '工作人员',
  stateLabel: '状态', state: { open: '待答复', answered: '已答复' }, answer: '答复', answerTitle: '答复这条提示', answerLabel: '询问本人后的结论', answerStays: '答复会保留，不能更改', answered: '已答复', emptyAnswered: '这几天没有答复过的提示', incomplete: '登记库暂时没有应答，亲属和邻居的情形未能核对。',
  link: '对应居民', linkTitle: '{name}的账号是哪位居民', linkHint: '对应以后，系统会提示没有办件却查看本人、近亲属，或夜间查看邻居的情形。', linkSearch: '搜姓名、证件号、电话', find: '查找', isThis: '是这位', linked: '已对应', nobodyFound: '没有找到',
}
