export default {
  title: 'Inquiries', one: 'Inquiry', hint: 'The supervision committee inquires as planned, at random or after complaints; what is wrong is put right within a time and checked again before it is closed.', all: 'All', open: 'Open',
  question: 'Asked and checked', origin: 'Why', from: { planned: 'planned', random: 'at random', complaint: 'complaint' }, group: 'Group', whole: 'the committee', subject: 'What is looked into', subjectHint: 'No numbers of people.', village: 'Village', created: 'Planned on', standing: 'Standing',
  state: { planned: 'planned', under_way: 'under way', rectifying: 'being put right', rectified: 'to be checked again', closed: 'closed' }, until: 'to be put right by {day}', late: 'late since {day}',
  plan: 'Plan an inquiry', planned: 'Planned', count: 'How many', days: 'Of the last days', drawHint: 'The root of the newest signed ledger decides; nobody can choose, and everybody can draw again.', drawn: '{count} drawn of {pool} entries', seed: 'Seed (root of the ledger): ',
  step: { begin: 'Begin', clear: 'Nothing wrong', object: 'Something is wrong', rectify: 'Report what was put right', reject: 'Not right yet', accept: 'It is right' },
  reason: { begin: 'Who looks and how', clear: 'What was looked at, and the finding', object: 'What is wrong and what is asked', rectify: 'What was put right', reject: 'What is not right yet', accept: 'What the recheck showed' },
  stays: 'The record stays as it is written.', done: 'Recorded', history: 'What was done', empty: 'No inquiry yet', emptyHint: 'The committee plans them here.',
  meetings: { title: 'Committee meetings', hint: 'This year’s meetings of the supervision committees of your area, newest first.', village: 'Village', topics: 'Topics', decisions: 'Conclusions', present: 'Present', by: 'Recorded by', empty: 'No meeting this year', emptyHint: 'Committees record them on the page “Committee”.' },
  activity: { title: 'Activity of {year}', hint: 'Openings of the seal, checks of disclosures, inquiries and meetings stand here by themselves; each line is an entry of the log and can be proved.', none: 'Nothing yet this year', together: 'all custodians opened the seal together' },
  committee: {
    title: 'Committee', hint: 'What it has to have, its groups and its quarterly meetings.', pick: 'Choose a village', score: 'It has {score} of {of} things', yes: 'has', no: 'lacks', change: 'Change', has: 'Recorded as there.', lost: 'Recorded as lacking.', evidence: 'Evidence (where, what)',
    groups: 'Groups', meetings: 'Meetings of {year}', meet: 'Record a meeting', quarter: 'Q{number}: {count}', present: '{count} present', day: 'Day', people: 'Present', topics: 'Topics', decisions: 'Conclusions',
  },
}
