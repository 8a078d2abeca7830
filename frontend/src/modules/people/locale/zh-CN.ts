export default {
  area: '人户',
  sex: { '0': '未知', '1': '男', '2': '女', '9': '未说明' },
  age: '{age}岁',
}
