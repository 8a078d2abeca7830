export default {
  title: '监督预警', one: '一条预警', hint: '规则从账本里发现的、需要有人去问一问的事。预警不是结论；涉及本人的，本人看不到也不能处理。',
  column: { severity: '轻重', rule: '规则', facts: '情形', village: '村（社区）', happened: '发生时间', state: '状态', owner: '处理人' },
  severity: { high: '重', medium: '中', low: '轻' }, state: { open: '待处理', explained: '已说明', confirmed: '已确认', dismissed: '已排除', closed: '已办结' },
  all: '全部', mine: '只看我处理的', nobody: '无人接手', empty: '没有符合条件的预警', emptyHint: '换一个条件，或等规则下一次查看账本。',
  why: '为什么提醒', evidence: '账本里的依据', evidenceHint: '按先后排列；每一条都可以在本浏览器里自行验算。', noEvidence: '依据不在您的辖区内', proof: '验算', hidden: '另有 {count} 条依据不在您的辖区内。', history: '处理经过',
  handling: '处理', ownedBy: '处理人：{name}', nobodyYet: '还没有人接手。', closedHint: '已有结论，不再变更。', subjects: '涉及的账号', raised: '发现时间', unnamed: '工作人员', around: '这件事的前前后后',
  step: { take: '接手', explain: '记录说明', confirm: '确认有问题', dismiss: '排除', close: '写结论并办结', assign: '交给他人' },
  consequence: { assign: '由他（她）负责查问并给出结论；涉及本人的不能交。', take: '由您负责查问并给出结论。', explain: '记下当事人的说明；之后仍可确认或排除。', confirm: '认定确有问题，之后写出处理结论。', dismiss: '认定没有问题，须写明理由。', close: '写出结论后办结，不能再改。' },
  assignee: '交给谁', noCandidate: '没有可以交给的人', reason: { assign: '请他（她）查什么', explain: '当事人怎么说（不写证件号、电话）', confirm: '确认的依据', dismiss: '排除的理由', close: '结论与处理' },
  stays: '处理会记入账本，不能更改。', taken: '接手', done: '已记录',
  fact: { wrong: '问题', path: '亲属关系', act: '所作', gone: '人员状态', since: '自', looks: '情形', people: '涉及人数', day: '日期', level: '评价', ratings: '件数', minutes: '分钟内', duty: '事项', due: '期限', item: '公开项目', waited: '已过工作日', clock: '时限', department: '部门', night: '夜晚', acts: '所作', count: '次数' },
  value: {
    wrong: { same_device: '办理它的同一台设备', own_other_device: '经办人办理别的事时用过的设备', at_once: '决定作出几秒内的评价', no_request: '没有申请', no_approval: '没有批准', after_refusal: '拒绝或撤回之后', no_decision: '办件没有审批决定', no_use: '没有用印记录', broken: '信封破损', missing: '信封缺失', other_number: '封签编号不符', overdue: '逾期未封存', excess: '超出批准的份数', disputed: '保管人不认可记录', key_lost: '密钥挂失，记录无法签完', approved: '仍获批准', running: '仍在办理' },
    path: { self: '本人', household: '同户', parent: '父母', child: '子女', spouse: '配偶' }, gone: { dead: '已故', departed: '已迁出' },
    looks: { many_without_case: '没有办件查看很多人', many_reveals: '没有办件多次查看完整号码', at_night: '夜间查看', own_relatives: '查看本人或近亲属', neighbour_at_night: '夜间查看同网格邻居' },
    duty: { rectification: '问查整改', meeting: '监督委员会会议', disclosure: '公开', case: '办件', whistle: '吹哨' }, clock: { report_in: '报到', solution: '解决' },
  },
  threshold: { decision_needed: '盖章前须有办件的审批决定', settle_minutes: '等候各处记录到齐（分钟）', steps: '亲属关系步数（0 为本人）', same_household: '同户也算', matter_types: '补贴类事项的类型代码', grace_days: '宽限天数', departed: '迁出也算', many_without_case: '一天没有办件查看的人数', many_reveals: '一天没有办件查看完整号码的人数', at_night: '夜间查看的人数', own_relatives: '查看近亲属的人数', neighbour_at_night: '夜间查看邻居的人数', same_case_only: '只看同一件办件的设备', seconds: '决定后几秒内的评价（0 为不看）', ratings: '评价件数', disclosure_days: '公开逾期后的工作日', case_days: '办件上报后的工作日', whistle_days: '吹哨上报后的工作日', oversight_days: '问查整改、会议逾期后的工作日', from_hour: '夜晚从几点起', to_hour: '到几点止', days_off: '休息日全天算', least: '一夜至少几次' },
  rules: {
    title: '预警规则', hint: '每条规则读什么、何时提醒。改阈值之前先回测：看看过去会提醒哪些。', thresholds: '阈值与回测', shipped: '出厂值 {value}', span: '回测时间', days: '最近 {count} 天', try: '回测', keep: '启用这些阈值', off: '停用这条规则',
    keepHint: '从下一次查看起按新的阈值提醒；已有的预警保留。', offHint: '停用后不再产生这条规则的预警；已有的预警保留。', recorded: '修改会记入账本。', kept: '已保存', started: '回测已开始', running: '正在回测…', failed: '回测没有做完，请稍后再试。',
    found: '会提醒 {count} 条', known: '其中 {count} 条已有预警', isOn: '启用', isOff: '停用', open: '未办结 {count} 条', reads: '读取：', looks: '对居民信息的各种查看', lookedAt: '最近查看 {at}', changed: '{name} 于 {at} 修改',
  },
  public: {
    title: '监督预警', of: '{place}监督预警', hint: '规则从账本里发现、需要有人去问一问的事。预警不是结论；不公布姓名、账号和办件。', pick: '先选一个村（社区）', closedHere: '这个县（市、区）还没有公布监督预警', closedHint: '公布到哪一步，由县（市、区）决定。', none: '{year} 年没有预警', year: '{year} 年各规则', findings: '已办结的', noFindings: '还没有办结的预警', happened: '{month} 发生', link: '本村监督预警',
    looking: '正在核查 {count}', explained: '已说明 {count}', confirmed: '确认有问题 {count}', dismissed: '排除 {count}', finding: { explained: '已说明', confirmed: '确认有问题', dismissed: '排除' },
  },
}
