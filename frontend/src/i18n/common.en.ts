/** Texts of the frame and of the shared components, English. */
import { roles } from '@/modules/ledger/locale/acts'

export default {
  app: { name: 'Linli', long: 'Village and community governance', motto: 'Service where people are; who handles it, by when, and how power is used, in plain view.' },
  demo: {
    label: 'About the demo', band: 'Demo · everything here is invented · enter nothing real',
    accounts: 'Demo accounts', accountsHint: 'Choose a post to sign in.', place: 'Demo place', system: 'System',
  },
  shell: {
    visit: { band: 'Records of {county} are in view: to be read, never changed. Each look is recorded in its log.', back: 'Back to the cockpit' },
    areas: 'Areas', skip: 'Skip to content', post: 'Place and post', me: 'Me', account: 'Account and security', signIn: 'Sign in', signOut: 'Sign out',
    elder: 'Large type', otherLanguage: '中文', notices: 'Notices', noNotices: 'Nothing waits for you', waiting: 'Work of the day', told: 'Unread notices', serving: 'serving',
    notice: { mine: 'My turn', overdue: 'Cases overdue', due_soon: 'Cases due soon', promises_due: 'Promised for today', supplements_back: 'Supplements expected', awaiting_seal: 'Awaiting the seal' },
    forbidden: 'This page is not for your current post', forbiddenHint: 'Switch to another post, or ask the administrator to check your permissions.',
    notFound: 'Page not found', notFoundHint: 'It may have moved, or lies outside your area.', toStart: 'To the start',
    searchLabel: 'Search people, cases and matters', searchPlaceholder: 'Name, pinyin, id number, phone, matter, case number', searchMatters: 'Find a matter',
    found: { people: 'People', cases: 'Cases', matters: 'Matters' },
    foundNothing: 'Nothing found. Try the full name, pinyin initials or the last four digits.', searchFailed: 'Search is unavailable for the moment.',
    searchMove: 'choose', searchOpen: 'open',
  },
  signIn: {
    username: 'User name', password: 'Password', showPassword: 'Show password', otp: 'One-time code', otpHint: 'The six digits shown by your authenticator', activation: 'Activation code', activationHint: 'Given to you by the other administrator, good once; set a new password that only you know',
    wrong: 'User name or password is wrong', wrongNow: 'Check and try again; repeated failures will make you wait.', wait: 'Wait {left}', busy: 'Signing in…',
  },
  account: {
    name: 'Name', password: 'Change password', current: 'Current password', next: 'New password', again: 'New password again', change: 'Change password', changed: 'Password changed',
    differs: 'The two entries differ', ruleLength: 'At least 10 characters', ruleMixed: 'Three of: upper case, lower case, digit, symbol',
    mustChange: 'First sign-in or expired password: please change it first.',
    secondFactor: 'Second factor', secondFactorHint: 'Besides the password, sign-in asks for a code from an authenticator.', otpIsOn: 'on', otpIsOff: 'off', otpOff: 'Second factor is off', otpQr: 'QR code for your authenticator', otpScan: 'Scan the code with the authenticator on your phone, then enter the six digits it shows.', otpType: 'If you cannot scan, type this secret:', otpRemove: 'Give the second factor up', otpOrRecovery: 'One-time code or recovery code', recovery: 'Recovery codes', recoveryHint: 'Without your phone, each of them stands in for one one-time code. They are shown only this once: keep them safe.', recoverySave: 'Save codes', otpBegin: 'Set up', otpConfirm: 'Confirm', otpOn: 'Second factor is on',
  },
  session: { idle: 'Untouched for long: signing out in {left}. Press any key to stay.', ended: 'The session has ended. Please sign in again; drafts are kept.' },
  leaving: { title: '{count} items have not reached the system', harm: 'Signing out before the network is back clears from this computer what has not reached the system.', action: 'Sign out all the same' },
  offline: { band: 'No network. You can go on reading; it retries by itself. {count} unsent.', sending: 'Network is back, sending {count}.' },
  keys: { help: 'Keys of this screen', search: 'Search', up: 'Row up', down: 'Row down', open: 'Open' },
  action: {
    retry: 'Retry', close: 'Close', back: 'Back', cancel: 'Cancel', copy: 'Copy', save: 'Save', print: 'Print', more: 'Load more', open: 'Open', remove: 'Remove', edit: 'Edit',
    exportCsv: 'Export shown', clear: 'Clear', confirm: 'OK',
  },
  state: { loading: 'Loading', searching: 'Searching…', copied: 'Copied', saved: 'Saved', saving: 'Saving…' },
  confirm: { reasonMissing: 'Please give a reason', kept: 'What you wrote is still here.' },
  clock: {
    green: '{days} working days left', amber: '{days} working days left', red: '{days} working days left', overdue: '{days} working days overdue', paused: 'paused', done: 'finished', none: 'no clock',
    provisional: 'Next year’s holidays are not published yet; computed on weekends only',
  },
  masked: {
    why: 'Why must the full number be seen?', own: 'Another purpose', reveal: 'Show', revealOf: 'Show full {label}', hide: 'Hide now', recorded: 'Recorded in the audit ledger; hidden again after a minute.',
    purpose: { handle_case: 'Handling a case', verify_identity: 'Checking identity', contact: 'Contacting the person', pay_benefit: 'Paying a benefit', emergency: 'Emergency help' },
  },
  table: {
    columns: 'Columns', selected: '{count} selected', clearSelection: 'Clear selection', sort: 'Sort by {column}', ascending: 'ascending', descending: 'descending', shown: '{count} shown', all: 'That is all', selectAll: 'Select all', selectRow: 'Select row', empty: 'No records',
  },
  category: { label: 'Categories', all: 'All' },
  form: {
    required: 'required', optional: 'optional', fromRegistry: 'registry', changedFromRegistry: 'differs from registry', choose: 'Choose', addRow: 'Add a row', removeRow: 'Remove row', yes: 'Yes', no: 'No', date: 'e.g. 1943-06-11',
    error: { noSuchDay: 'The date is incomplete, or there is no such day in the calendar', afterToday: 'The date cannot be after today', required: 'Please fill in', pattern: 'Wrong format', min: 'Not below {limit}', max: 'Not above {limit}', minLength: 'At least {limit} characters', maxLength: 'At most {limit} characters', date: 'Write dates as 2026-01-31' },
  },
  capture: {
    photograph: 'Photograph', upload: 'Upload', title: 'Photograph a document', shoot: 'Take', starting: 'Starting the camera… (allow it if the browser asks)', again: 'Again', camera: 'Camera', turn: 'Turn', whole: 'Undo the cut', cutHint: 'Drag over the picture to cut it', use: 'Use this',
    more: 'Another page', useAll: 'Use these {count} pages', pages: 'Pages taken', page: 'Page {n}', dropPage: 'Take out page {n}', instead: 'Upload a file instead', retry: 'Try again', tooLarge: 'File exceeds {limit} MB', wrongKind: 'Only PDF and photographs (JPG, PNG, WebP, HEIC)', empty: 'The file is empty; choose it again',
    fault: { none: 'No camera found', refused: 'The browser may not use the camera', taken: 'The camera does not open' },
    way: { none: 'See whether the document camera is plugged in, or upload a file.', refused: 'Allow the camera in the site settings beside the address (https is needed), or upload a file.', taken: 'Another program may be using it: close that and try again, or upload a file.' },
  },
  sign: { back: 'Undo a stroke', clear: 'Sign again', done: 'Done' },
  role: roles(1),
  meanwhile: { both: 'A colleague has just changed “{field}” to “{theirs}”. You typed:', followed: 'A colleague has just changed “{field}” to “{theirs}”; the form follows.', together: 'A colleague has just changed other parts of “{field}”; both are in the form.', empty: '(empty)', mine: 'Use mine', theirs: 'Use theirs' },
  problem: {
    requestId: 'Request',
    unreachable: { what: 'The service cannot be reached', now: 'Nothing you entered is lost. Please retry in a moment.' },
    401: { what: 'The session has ended', now: 'Please sign in again; drafts are kept.' },
    403: { what: 'Not permitted under this post', now: 'Switch the post, or ask a colleague who may.' },
    404: { what: 'Not found', now: 'It may have moved, or lies outside your area.' },
    409: { what: 'That cannot be done now', now: 'Nothing is lost; adjust as told and try again.' },
    412: { what: 'Somebody has just changed this record; nothing was saved', now: 'Your entries are still here: check the change and submit again.', stands: 'Somebody has just changed this record; nothing was saved. It is now “{state}”.', standsBy: 'Somebody has just changed this record; nothing was saved. It is now “{state}” ({by}).', again: 'The page shows it as it is now: look, then do it again.' },
    422: { what: 'Something needs correction', now: 'Please correct the marked fields.' },
    428: { what: 'The version is missing', now: 'Open the record again and retry.' },
    429: { what: 'Too many requests', now: 'Please wait a moment.', nowIn: 'Try again in {seconds} seconds.' },
    broken: { what: 'Something broke', now: 'Nothing is lost. Retry; if it persists, tell the administrator the request number.' },
    other: { what: 'It did not work', now: 'Nothing is lost; please try again.' },
  },
}
