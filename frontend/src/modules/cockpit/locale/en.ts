export default {
  title: 'Cockpit', heading: 'Cockpit of {place}', hint: 'A figure shows how it spreads below, a place leads down, “Records” opens the list.', area: 'the own area',
  asOf: 'As of {at}, every {seconds} seconds', year: 'Year', month: 'Month', wholeYear: 'Whole year', sides: 'Figures', figures: 'The figures',
  before: 'the time before is still being counted, {read} records so far', workbook: 'Excel: {name}',
  report: 'Print the weekly report', reporting: 'Setting the weekly report…', records: 'Records', recordsOf: 'Records behind: {figure}', way: 'Where you are',
  away: 'The registry cannot be reached: people and names follow later; all other figures stand.', empty: 'No figures here yet', emptyHint: 'Cases, disclosures, deliberations and whistles appear here as they happen.',
  group: { people: 'Population', cases: 'Cases and limits', satisfaction: 'Ratings', disclosures: 'Disclosure', deliberations: 'Deliberation', whistles: 'Whistles', oversight: 'Oversight' },
  of: {
    residents: 'Residents', households: 'Households', accepted: 'Accepted', decided: 'Decided', onTime: 'Decided on time', in_work: 'In work', due_soon: 'Due soon', overdue: 'Overdue', satisfied: 'Satisfied', unrated: 'Not rated',
    disclosures: 'Published', duties_due: 'Due', duties_missing: 'Missing', deliberations: 'Begun', deliberations_open: 'Under way', meetings: 'Meetings', group_meetings: 'Group meetings', solved: 'Carried through',
    whistles: 'Whistles', whistles_open: 'Open', response: 'Reported in on time', solution: 'Solved on time', flags_open: 'Red flags open', inquiries_open: 'Inquiries open', committee_meetings: 'Committee meetings',
  },
  now: 'now', ofYear: 'owed this year', within: 'in the time chosen',
  map: '{figure}: places below', mapHint: 'One tile a place, in the order of codes, not where it lies; the darker, the higher. Arrow keys move, Enter leads down.', unknown: 'unknown',
  villageMap: 'Open the village map', villageHint: 'This is a village. “Records” shows each one.',
  trend: 'Twelve months: {figure}', describeTrend: '{figure} over twelve months, from {first} to {last}', monthColumn: 'Month', trendOf: 'Trend',
  ranking: 'Ranking below', place: 'Place', open: 'Go to {place}',
  yearlyShort: 'yearly figures', yearly: 'Deliberation and disclosure in {year}', yearlyHint: 'As the yearly report counts: disclosures, meetings, deliberations, matters solved.', yearlyOf: { disclosures: 'Disclosures', meetings: 'Meetings', group_meetings: 'Villagers’ group meetings', committee_meetings: 'Committee meetings', deliberations: 'Deliberations', solved: 'Matters solved' }, total: 'Total',
}
