export default {
  title: 'Divisions and areas', map: 'Map and dwellings', village: 'Village', save: 'Save', saved: 'Saved',
  areas: {
    title: 'Areas', one: 'Area', about: 'Areas that are no division: natural villages joined into a community, estates, old courtyards, zones. They are sets of grids; grids and people stay what they are.', add: 'New area', change: 'Change area', name: 'Name', kind: 'Kind', kinds: { natural_villages: 'natural villages', estate: 'estate', old_courtyard: 'old courtyard', zone: 'zone', other: 'other' }, state: 'State', inForce: 'in use', endedOn: 'ended {day}', ended: 'Ends on', endedHint: 'Ends the area; its grids are not touched', none: 'No areas yet', noneHint: 'Join some grids into an area to look at and plan for them together.',
    within: 'Lies in', grid: 'Grid', grids: 'Grids', gridCode: 'Code', gridCount: 'Grids', households: 'Households', residents: 'People', holds: '{grids} grids, {households} households, {residents} people', alsoEnded: 'ended ones, too', noGrids: 'This village has no grids yet', elsewhere: 'and {count} grids of other villages',
  },
  communities: {
    title: 'Types and pilots', about: 'Type and pilot status of each village; open a row to state them.', aboutRead: 'Type and pilot status of each village, as the township states them.', type: 'Type', typeHint: 'In the county’s own words, such as 平原发达, 山区, 两型, 城郊', pilot: 'Pilot', noPilot: 'no pilot', pilots: { candidate: 'candidate', pilot: 'pilot', passed: 'passed' }, since: 'Since', none: 'No village in your area', unsaid: 'not stated', state: 'State', past: 'Changes',
  },
  centre: {
    title: 'Centre', of: 'Centre of {name}', state: 'State the place', about: 'The cockpit’s map is drawn from centres. What is stated counts; left empty, it is derived from dwellings or from the places below.', now: 'Now derived: {place} ({source})', longitude: 'Longitude', longitudeHint: 'East, such as 114.40', latitude: 'Latitude', latitudeHint: 'North, such as 30.04', clear: 'Clear, derive it', none: 'not stated', sources: { stated: 'stated by the county', dwellings: 'mean of the dwellings', below: 'mean of the places below', computed: 'not stated' },
  },
  divisions: {
    title: 'Divisions', one: 'Division', about: 'Province, prefecture, county, township, village; a code that ended still says what it is today.', find: 'Find', findHint: 'Beginning of a name, or 12 digits of any time', look: 'Look', name: 'Name', code: 'Code', level: 'Level', levels: { province: 'province', prefecture: 'prefecture', county: 'county', township: 'township', village: 'village' }, since: 'Since', state: 'State', inForce: 'in force', endedOn: 'ended {day}', successor: 'Today', validity: 'Valid', fromTo: '{from} to {to}', now: 'today', until: 'until {day}', formerly: 'Formerly', above: 'Above', below: 'Below', none: 'Nothing below', notFound: 'Not found', notFoundHint: 'Try the beginning of the name, or all 12 digits.', becameText: 'The code {code} ended; today it is', notListed: 'The list never had {code}; the place is in',
  },
}
