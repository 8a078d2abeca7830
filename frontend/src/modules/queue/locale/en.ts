export default {
  area: 'Queue', kiosk: 'Take a number', board: 'Board', windows: 'Windows', waiting: 'Waiting', nobody: 'Nobody is waiting', nobodyHint: 'Numbers taken appear here.', window: 'Window', serving: 'serving', free: 'free', closed: 'closed',
  take: 'Take a number', takeFor: 'Take a number for', priority: { normal: 'Ordinary', elder: 'Elder', disabled: 'Disabled', pregnant: 'Pregnant', veteran: 'Veteran' }, priorityHint: 'Elders, disabled people, pregnant women and veterans go first',
  column: { label: 'Number', priority: 'Kind', taken: 'Taken at', wait: 'Waited' }, minutes: '{count} min', expected: 'about {count} minutes', ahead: '{count} before you', first: 'You are next', taken: 'Your number', again: 'Back', openBoard: 'Open the board', openKiosk: 'Open the kiosk',
  call: 'Number {label}', to: 'to {window}', now: 'Now calling', next: 'Get ready', count: '{count} waiting', welcome: 'Press to take a number', quiet: 'No calls at the moment', notThisHall: 'No such hall', printTicket: 'Print', scan: 'Follow on the phone',
}
