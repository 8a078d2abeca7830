export default {
  seenBy: 'Who looked at my data', seenByHint: 'Every look: when, who, what and why. To be shown to the person, or printed.', unusual: 'Unusual look-ups', unusualHint: 'A rule raises a question; it finds nobody guilty.',
  column: { time: 'Time', actor: 'Who', role: 'Post', action: 'What', purpose: 'Purpose', case: 'Case', rule: 'What was unusual', day: 'Day', people: 'People', entries: 'Ledger entries' },
  action: { 'resident_read': 'facts, masked', 'resident_search': 'in search results', 'resident_reveal': 'whole numbers', 'resident_prefill': 'taken into a form', 'resident_history': 'history', 'resident_on': 'record of a day', 'resident_elsewhere': 'registration elsewhere', 'resident_desk-summary': 'cases in short', 'household_read': 'household', 'household_events': 'events of the household', 'household_history': 'history of the household', 'duplicates_compare': 'comparison', 'merge_read': 'merge', 'case_read': 'case', 'document_read': 'paper', 'ledger_search': 'ledger search' },
  rule: { many_without_case: 'many people in a day without a case', at_night: 'at night (22:00 to 06:00)', many_reveals: 'many whole numbers without a case' },
  empty: 'Nobody has looked', emptyUnusual: 'Nothing unusual in these days', days: 'last {count} days', range: 'Days', noCase: '—', whole: 'whole: {fields}',
}
