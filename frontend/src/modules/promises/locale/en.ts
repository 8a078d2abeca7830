export default {
  title: 'Promised materials', hint: 'Materials to be brought after acceptance. Applicants are reminded before the day and on it; past the day a case is neither approved nor filed without them.',
  all: 'All', due: 'To come', overdue: 'Overdue', counts: '{open} promised, {overdue} overdue',
  column: { applicant: 'Applicant', matter: 'Matter', material: 'Material', date: 'Promised for', left: 'Left', note: 'Note', number: 'Case number', village: 'Village' },
  left: '{count} working days left', today: 'Due today', late: '{count} working days late',
  empty: 'Nothing is promised', emptyHint: 'What is deferred at acceptance is listed here.', emptyOverdue: 'No promise is overdue',
}
