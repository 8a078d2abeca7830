export default {
  title: 'Asked again', hint: 'Cases whose applicant was asked for more after the one notice, with the reason of the officer. Applicants are not shown.',
  column: { number: 'Case number', notice: 'Notice', matter: 'Matter', kind: 'Kind of reason', reason: 'Reason', department: 'Department', village: 'Village', at: 'Time' },
  times: 'No. {count}', away: 'The desk does not answer; reasons will be shown later', empty: 'Nobody was asked again', emptyHint: 'Every further notice comes here by itself.',
}
