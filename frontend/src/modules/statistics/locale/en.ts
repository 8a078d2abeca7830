export default {
  area: 'Population', hint: 'Figures follow every registration at once; open a division to go down.', wholeArea: 'Whole area', up: 'Back to {name}',
  residents: 'Registered people', actual: 'Actual population', households: 'Households', perHousehold: 'People per household',
  pyramid: 'Age structure', trend: 'Change', presence: 'Presence', below: 'Divisions below', division: 'Division', month: 'Month',
  age: 'Age', from: '{from}–{to}', oldest: '{from} and over', unknown: 'unknown', male: 'Men', female: 'Women', other: 'Not stated',
  births: 'Births', deaths: 'Deaths', arrivals: 'Moved in', departures: 'Moved out', endOfMonth: 'At month end', people: 'People', share: 'Share',
  table: 'Table', chart: 'Chart', csv: 'Download CSV', picture: 'Picture {kind}', empty: 'Nobody is registered here yet', emptyHint: 'Import a list or register the first household.',
  describePyramid: 'Age pyramid of {total} people, men left, women right', describeTrend: 'People at the end of {months} months, from {first} to {last}', describePresence: 'Presence of {total} people',
  hidden: 'withheld',
  public: { title: 'Population', heading: 'Population of {place}', about: 'Counted as registered, up to the second. To protect people, counts below {least} are withheld and the others rounded to five, so parts may not add up to the total.', age: 'Age and sex', none: 'No figures published here', noneHint: 'Choose another place.', up: 'Up' },
}
