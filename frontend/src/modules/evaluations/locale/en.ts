export default {
  title: 'Ratings', rectifications: 'Bad ratings to put right', figures: 'Figures of ratings', hint: "The applicant's own rating, given by a one-time code, counts. One by the receipt may be somebody else's and does not.",
  column: { matter: 'Matter', number: 'Number', level: 'Rating', comment: 'Comment', source: 'Given by', at: 'Time', rectification: 'Rectification', department: 'Department', due: 'Due', state: 'State', name: 'Name', decided: 'Decided', rated: 'Rated', unrated: 'Not rated', satisfied: 'Satisfied', bad: 'Bad', byReceipt: 'By receipt', mean: 'Mean', rate: 'Satisfied, %' },
  level: { l5: 'Very satisfied', l4: 'Satisfied', l3: 'Fairly satisfied', l2: 'Dissatisfied', l1: 'Very dissatisfied' },
  source: { code: 'The applicant', receipt: 'Receipt (not counted)' }, excluded: 'Appeal upheld, not counted',
  state: { open: 'To be put right', called: 'Called back', appealed: 'Appealed', done: 'Put right', upheld: 'Appeal upheld' },
  all: 'All ratings', bad: 'Bad only', bulk: 'In bulk', bulkOne: 'one device, many', bulkHint: 'One device gave too many ratings in a short time; this was reported to supervision, who find out whether they are real.', emptyBulk: 'No device rated in bulk', anyState: 'Any state', empty: 'No ratings yet', emptyHint: 'After the decision the applicant rates with the one-time code of the message.', emptyRectifications: 'Nothing to put right', emptyFigures: 'No case was decided in this time',
  left: '{count} working days left', late: '{count} working days overdue', today: 'Due today',
  callBack: 'Call back', reached: 'Reached', unreachable: 'Not reached', complete: 'Put right', measures: 'What was done', appeal: 'Appeal', reason: 'Reason', decide: 'Decide the appeal', uphold: 'Uphold', reject: 'Reject', answer: 'Answer', save: 'Save', saved: 'Saved',
  called: 'Call-back: {outcome}', answerOf: 'Answer: {text}', measuresOf: 'Done: {text}', appealOf: 'Appeal: {text}',
  asked: {
    title: 'Asked twice', hint: 'What residents were asked for although it was there. Noted at the act that asks; nobody is named.', by: { village: 'Village', matter: 'Matter', month: 'Month', thing: 'Material or field' },
    column: { total: 'Asked twice', material: 'Materials', field: 'Fields', supplement: 'Notices', cases: 'Cases' },
    means: { material: 'A valid paper of this kind was on file and was demanded again.', field: 'What the registry holds was typed by hand.', supplement: 'A notice named what had been given.' },
    empty: 'Nothing was asked twice', emptyHint: 'In this time nobody was asked for what was there.',
  },
  by: { matter: 'By matter', window: 'By window', department: 'By department' }, noWindow: 'Not at a window', total: 'Total', span: 'Cases decided from {since} to {until}. What was not rated does not count as satisfied.',
}
