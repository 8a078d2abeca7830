export default {
  title: 'Coming due', hint: 'Running cases that are overdue or due within ten working days, the first to fall due at the top.', overdueNow: '{count} overdue',
  department: 'Department', person: 'In hand of', day: 'Due on', anyDepartment: 'Any department', anyPerson: 'Anybody', anyDay: 'Any day', cases: '{count} cases', load: 'Cases due on each day',
  column: { applicant: 'Applicant', matter: 'Matter', step: 'Waits for', clock: 'Time left', due: 'Due', holder: 'In hand of', department: 'Department', number: 'Number' },
  complete: 'Complete my step', handOver: 'Hand over', completeHarm: 'Your step in the chosen cases will be completed as found in order.', empty: 'Nothing falls due within ten working days',
  done: '{done} done, {refused} not done', refusedTitle: 'Not done', to: 'Hand over to', choose: 'Choose a colleague', noColleague: 'Nobody else works at this desk', colleaguesFailed: 'Colleagues cannot be looked up now; try again later',
}
