export default {
  title: '到期预看', hint: '今后十个工作日内到期和已超期的在办件，先到期的在前。', overdueNow: '已超期 {count} 件',
  department: '部门', person: '经手人', day: '到期日', anyDepartment: '全部部门', anyPerson: '全部经手人', anyDay: '全部日期', cases: '{count} 件', load: '每天到期件数',
  column: { applicant: '申请人', matter: '事项', step: '当前环节', clock: '时限', due: '到期日', holder: '经手人', department: '部门', number: '编号' },
  complete: '完成我的环节', handOver: '移交', completeHarm: '将以“属实”完成所选办件中轮到您的环节。', empty: '十个工作日内没有到期的办件',
  done: '{done} 件已办，{refused} 件未办', refusedTitle: '未办的办件', to: '移交给', choose: '请选择同事', noColleague: '本窗口没有其他同事', colleaguesFailed: '暂时查不到同事，请稍后再试',
}
