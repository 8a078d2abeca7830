export default {
  area: '人口统计', hint: '数字随登记即时更新；点下级名称逐级查看。', wholeArea: '全部辖区', up: '回到 {name}',
  residents: '登记人口', actual: '实有人口', households: '户数', perHousehold: '户均人数',
  pyramid: '年龄结构', trend: '人口变化', presence: '居住状态', below: '下级', division: '区划', month: '月份',
  age: '年龄', from: '{from}–{to} 岁', oldest: '{from} 岁以上', unknown: '年龄不详', male: '男', female: '女', other: '未说明',
  births: '出生', deaths: '死亡', arrivals: '迁入', departures: '迁出', endOfMonth: '月末人口', people: '人数', share: '占比',
  table: '看表格', chart: '看图', csv: '下载 CSV', picture: '图片 {kind}', empty: '这里还没有登记人口', emptyHint: '导入名册或登记第一户后，这里会显示图表。',
  describePyramid: '{total} 人的年龄金字塔，左为男、右为女', describeTrend: '{months} 个月的月末人口，从 {first} 到 {last}', describePresence: '{total} 人的居住状态',
  hidden: '不公布',
  public: { title: '人口数据', heading: '{place}人口数据', about: '按登记情况实时统计。为保护个人，少于 {least} 的数字不公布，其余取 5 的整倍数，因此分项相加与总数略有出入。', age: '年龄与性别', none: '这里还没有公布人口数据', noneHint: '换一个地区试试。', up: '上一级' },
}
