export default {
  title: '区划与片区', map: '地图与房屋', village: '村（社区）', save: '保存', saved: '已保存',
  areas: {
    title: '片区', one: '片区', about: '不是行政区划的片区：自然湾合并的社区、小区、老旧院落、园区。片区由网格组成，网格和居民的归属不变。', add: '新增片区', change: '修改片区', name: '片区名称', kind: '类型', kinds: { natural_villages: '自然湾', estate: '小区', old_courtyard: '老旧院落', zone: '园区', other: '其他' }, state: '状态', inForce: '使用中', endedOn: '{day} 停用', ended: '停用日期', endedHint: '填写后片区停用，网格不受影响', none: '还没有片区', noneHint: '把几个网格合成一个片区，便于按片区查看和安排。',
    within: '所在区划', grid: '网格', grids: '网格', gridCode: '网格编号', gridCount: '网格数', households: '户数', residents: '人数', holds: '{grids} 个网格，{households} 户，{residents} 人', alsoEnded: '含已停用', noGrids: '这个村还没有网格', elsewhere: '另选了其他村的 {count} 个网格',
  },
  communities: {
    title: '类型与试点', about: '每个村（社区）的类型和试点情况，点开一行填写。', aboutRead: '每个村（社区）的类型和试点情况，由乡镇（街道）填写。', type: '类型', typeHint: '用本地的说法，如：平原发达、山区、两型、城郊', pilot: '试点', noPilot: '不是试点', pilots: { candidate: '拟试点', pilot: '试点中', passed: '已验收' }, since: '起始日期', none: '辖区内没有村（社区）', unsaid: '未填写', state: '填写', past: '看变更',
  },
  centre: {
    title: '中心点', of: '{name}的中心点', state: '填写位置', about: '驾驶舱的地图按中心点画出各地。填写后以填写的为准；清空则按房屋位置或下级单位的平均推算。', now: '目前按推算：{place}（{source}）', longitude: '经度', longitudeHint: '东经，如 114.40', latitude: '纬度', latitudeHint: '北纬，如 30.04', clear: '清空，改为推算', none: '位置未录入', sources: { stated: '县级填写', dwellings: '房屋位置的平均', below: '下级单位的平均', computed: '位置未录入' },
  },
  divisions: {
    title: '行政区划', one: '行政区划', about: '省、市、县、乡镇、村五级；已撤销的代码仍可查到它现在是哪里。', find: '查找', findHint: '名称开头，或 12 位代码（旧代码也行）', look: '查找', name: '名称', code: '代码', level: '级别', levels: { province: '省级', prefecture: '地市级', county: '县级', township: '乡级', village: '村级' }, since: '起用日期', state: '状态', inForce: '现行', endedOn: '{day} 撤销', successor: '现归属', validity: '有效期', fromTo: '{from} 至 {to}', now: '今', until: '至 {day}', formerly: '由此而来', above: '上级', below: '下级', none: '没有下级区划', notFound: '没有找到', notFoundHint: '试试名称的前几个字，或完整的 12 位代码。', becameText: '代码 {code} 已撤销，现在是：', notListed: '名录中没有代码 {code}，它所在的地方现在是：',
  },
}
