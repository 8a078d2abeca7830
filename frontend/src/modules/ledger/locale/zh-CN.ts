/** Texts of the ledger, Chinese. */
import { actions, objects, outcomes, purposes } from './acts'

export default {
  area: '审计账本', hint: '谁在何时对谁做了什么，一条不少、改不动；每一条都能在本浏览器里自行验算。', size: '已签名 {size} 条',
  none: '没有符合条件的记录', noneHint: '换一个时间段，或清除筛选条件。', entry: '第 {index} 条', unsigned: '待签名', signedWord: '已签名',
  column: { index: '序号', time: '时间', actor: '何人', role: '岗位', action: '做了什么', object: '对象', division: '区划', outcome: '结果', source: '来源' },
  filter: { title: '筛选', action: '做了什么', from: '从', to: '到', person: '居民编号', actor: '操作人编号', case: '办件编号', object: '对象编号', apply: '筛选', any: '全部', chip: { person: '涉及居民 {id}', actor: '操作人 {id}', case: '办件 {id}', object: '对象 {id}', action: '{action}', from: '从 {id}', to: '到 {id}' }, invalid: '编号格式不对，应是 36 位编号' },
  source: { gateway: '入口与账号', registry: '登记库', desk: '综合窗口', supervision: '监督', demo: '演示数据' },
  outcome: outcomes(0),
  systemLog: '系统日志',
  purposes: purposes(0),
  facts: { fields: '看了什么', kind: '类型', number: '编号', state: '状态', step: '环节', outcome: '结果', found: '找到', count: '数量', level: '评价', position: '第几片', round: '第几次开启', thumbprint: '密钥指纹', serial: '证书编号', recognised_as: '识别为', reason: '原因', sha256: '文书摘要', title: '岗位', username: '账号', role: '角色' },
  values: { identity_number: '证件号码', phone: '电话', bank_account: '银行账号', address: '地址', name: '姓名', pinyin: '拼音', receipt: '回执', residence_certificate: '居住情况证明', acceptance_notice: '受理通知书', approved: '同意', refused: '不同意', pass: '通过', requested: '待审批', opening: '同启中', open: '已开启', signing: '同签中', sealed: '已用印' }, unknownActor: '账号 {id}', erased: '个人信息已依法删除', people: '涉及居民', purpose: '事由', detail: '细节', caseId: '办件', only: '只看此项', personOf: '居民 {id}',
  proof: {
    title: '自行验算', explain: '以下每一步都由本浏览器重新计算，不采信服务器的结论。', run: '重新验算', running: '正在验算…', holds: '这一条确在账本中，未被改动。', fails: '验算不通过：这条记录或账本有问题。', unfinished: '验算没有做完：取不到所需数据。',
    notYet: '这一条还没有进入签名的检查点，通常一两秒后即可验算。', raw: '原始数据', leaf: '条目原文（叶子）', note: '签名检查点原文', technical: '技术细节', copyHint: '可交给独立工具 linli verify-ledger 复核',
    insecure: '此地址不是安全连接（HTTPS），浏览器不提供验算所需的密码功能。',
  },
  step: {
    leaf: { title: '条目原文与指纹', ok: '对原文重新计算指纹（SHA-256），与账本登记的一致；屏幕所示时间、行为、岗位、区划与原文一致。', fact: '指纹 {hash}' },
    content: { title: '涉及的人与内容', ok: '用本条的盐值重新计算，屏幕所示的操作人、对象与内容正是写进账本的那些。', erased: '个人信息已依法删除；原文只剩无法还原的代号，账本仍然完整。' },
    key: { title: '账本公钥', known: '与本浏览器此前记住的公钥一致。', first: '本浏览器第一次见到这把公钥，已记住；可与张榜公布的公钥核对。', fact: '{name} · {id}' },
    checkpoint: { title: '检查点签名', ok: '检查点的签名（Ed25519）成立：账本以签名承认共有 {size} 条。', fact: '树根 {root}' },
    path: { title: '归入账本的路径', ok: '从本条指纹出发，经 {hashes} 个相邻指纹逐层计算，得到的树根与签名的树根一致。', fact: '树根 {root}' },
    growth: { title: '账本只增不改', ok: '与本浏览器上次看到的账本比对（{from} 条 → {to} 条）：旧账是新账的开头，没有改写。', same: '与本浏览器上次看到的账本完全相同（{to} 条）。', first: '本浏览器第一次见到这本账，已记住 {size} 条时的样子，下次自动比对。' },
    witnesses: { title: '见证人共签', ok: '{count} 位见证人（{names}）的共签成立，最近一次在 {at}；他们见过的账本正是这一本的开头。', none: '这本账还没有见证人共签。' },
  },
  fault: {
    index_outside: '条目序号不在账本之内', hash_length: '证明中的指纹长度不对', proof_too_long: '证明多出一步', proof_too_short: '证明缺少一步', other_root: '算出的树根与签名的树根不同', other_old_root: '旧账已被改写：算出的旧树根与本浏览器记住的不同', other_new_root: '算出的新树根与签名的树根不同',
    two_roots: '同样条数却有两个树根：账本出现两个版本', shrunk: '账本变短了', not_a_key: '公钥格式不对', key_id: '公钥编号与公钥不符', not_a_note: '检查点格式不对', no_known_signature: '检查点上没有这把公钥的签名', signature: '检查点的签名不成立', not_a_checkpoint: '检查点内容不完整', other_log: '这是另一本账的检查点',
    not_base64: '数据编码不对', leaf_unreadable: '条目原文无法读取', leaf_hash: '条目原文与登记的指纹不符：原文被改动', leaf_differs: '屏幕所示与条目原文不一致', content_differs: '内容与写进账本时的不一致', references_differ: '所示的人或对象不是写进账本的那些', key_changed: '账本公钥与本浏览器记住的不同',
    cosignature: '见证人的共签不成立', witness_differs: '账本出现两个版本：见证人见过的与这里的不同', 
    unreachable: '取不到数据，请稍后再试',
  },
  entries: '记录',
  extract: { paper: '打印摘录', file: '摘录文件', hint: '给律师、法院或村民：不登录本系统也能核对。', name: '审计账本摘录-{index}.{form}' },
  timeline: {
    title: '时间线', hint: '一个人、一件事或一位干部前前后后发生了什么；查看本身也会记入账本。', around: '围绕', id: '编号', show: '查看', kind: { person: '一位居民', case: '一件办件', official: '一位干部' },
    begin: '先选一位居民、一件办件或一位干部', beginHint: '在账本记录里点开一条，再点其中的人或办件，也可以到这里。', noneHint: '本辖区内没有相关记录，或换一个时间段。', incomplete: '登记库暂时没有应答：并入此人的旧档可能没有列出。',
  },
  watch: {
    title: '账本守望', titleWith: '账本守望（{count} 条警报）', hint: '账本自己发现了什么、谁在往里写、谁在外面作证。', alarms: '警报', sources: '来源', witnesses: '见证人', checkpoints: '检查点',
    witnessesHint: '见证人由别的单位用自己的电脑和密钥运行，只在新账完整包含旧账时共签；改写历史逃不过它们的记忆。',
    raised: '发现时间', what: '发现', place: '位置', answer: '答复', state: '状态', alarmState: { open: '待查', answered: '已答复' }, none: { open: '没有待查的警报', answered: '没有已答复的警报' },
    answerDo: '答复', answerTitle: '答复警报', answerLabel: '查明了什么', answerStays: '答复写入后不能修改。', answered: '已答复',
    recorded: '账本记到', told: '来源已编到', lastEntry: '最近一条', heard: '最近报到', sourceState: { well: '正常', silent: '失联', behind: '滞后', regressed: '倒退' },
    witness: '见证人', kind: '类别', kinds: { county: '县级机关', township: '乡镇', committee: '监督委员会', other: '其他' }, signedSize: '已共签到', signedAt: '共签时间', keyName: '名称', manage: '管理', witnessState: { well: '正常', waiting: '等待首签', silent: '失联', retired: '已停用' },
    noWitness: '还没有见证人', noWitnessHint: '请县级管理员登记乡镇或监督委员会的见证人。', register: '登记见证人', registered: '已登记', registerHow: '在见证人自己的电脑上运行下面的命令，把打印出来的公钥粘贴到这里：', key: '公钥',
    retire: '停用', retireTitle: '停用见证人“{title}”', retireStays: '以后不再接受它的共签；已有的共签保留。', retired: '已停用',
    size: '条数', cosignedBy: '共签', notYet: '尚无', root: '总指纹',
    alarm: {
      missing: '{source}的第 {first} 至 {last} 号记录没有到达', silent: '{source}失联：不再报到', behind: '{source}有记录送不到账本（已编到 {told}，账本记到 {recorded}）', regressed: '{source}倒退：账本记到 {recorded}，来源只编到 {told}，可能被恢复成旧数据',
      inconsistent: '库中数据与第 {size} 条处的签名不符，账本已停止签名', split_view: '账本出现两个版本（{place}），由 {who} 发现', shrunk: '账本变短了（{place}），由 {who} 发现', unsigned: '有人以账本名义给出没有签名的检查点（{place}），由 {who} 发现', witness_silent: '{who} 已十分钟没有共签（停在 {size} 条）',
    },
  },
  action: actions(0),
  object: objects(0),
}
