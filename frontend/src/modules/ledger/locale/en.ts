/** Texts of the ledger, English. */
import { actions, objects, outcomes, purposes } from './acts'

export default {
  area: 'Ledger', hint: 'Who did what to whom and when: complete and unchangeable, and every entry can be recomputed in this browser.', size: '{size} entries signed',
  none: 'No matching entry', noneHint: 'Choose another time, or clear the filters.', entry: 'Entry {index}', unsigned: 'not signed yet', signedWord: 'signed',
  column: { index: 'No.', time: 'Time', actor: 'Who', role: 'Post', action: 'Did what', object: 'To what', division: 'Division', outcome: 'Outcome', source: 'Source' },
  filter: { title: 'Filter', action: 'Did what', from: 'From', to: 'To', person: 'Resident id', actor: 'Account id', case: 'Case id', object: 'Object id', apply: 'Filter', any: 'All', chip: { person: 'resident {id}', actor: 'by {id}', case: 'case {id}', object: 'object {id}', action: '{action}', from: 'from {id}', to: 'to {id}' }, invalid: 'Not an id: it has 36 characters' },
  source: { gateway: 'Entry and accounts', registry: 'Registry', desk: 'Service desk', supervision: 'Supervision', demo: 'Demo data' },
  outcome: outcomes(1),
  systemLog: 'Log of the system',
  purposes: purposes(1),
  facts: { fields: 'Saw', kind: 'Kind', number: 'Number', state: 'State', step: 'Step', outcome: 'Outcome', found: 'Found', count: 'Count', level: 'Rating', position: 'Piece', round: 'Opening', thumbprint: 'Key', serial: 'Certificate', recognised_as: 'Taken as', reason: 'Reason', sha256: 'Digest', title: 'Title', username: 'User name', role: 'Role' },
  values: { identity_number: 'identity number', phone: 'phone', bank_account: 'bank account', address: 'address', name: 'name', pinyin: 'pinyin', receipt: 'receipt', residence_certificate: 'certificate of residence', acceptance_notice: 'notice of acceptance', approved: 'approved', refused: 'refused', pass: 'passed', requested: 'to approve', opening: 'opening', open: 'open', signing: 'signing', sealed: 'sealed' }, unknownActor: 'account {id}', erased: 'Personal data lawfully erased', people: 'Residents concerned', purpose: 'Purpose', detail: 'Details', caseId: 'Case', only: 'Only this', personOf: 'resident {id}',
  proof: {
    title: 'Check it yourself', explain: 'Each step is recomputed by this browser; no conclusion of the server is taken on trust.', run: 'Check again', running: 'Checking…', holds: 'This entry is in the log and unchanged.', fails: 'The check fails: something is wrong with this entry or with the log.', unfinished: 'The check was not finished: data could not be fetched.',
    notYet: 'This entry is not under a signed checkpoint yet; usually it is after a second or two.', raw: 'Raw data', leaf: 'The entry as hashed (leaf)', note: 'The signed checkpoint', technical: 'Technical details', copyHint: 'for a second opinion by the independent tool linli verify-ledger',
    insecure: 'This address is not secure (HTTPS), so the browser offers no cryptography to check with.',
  },
  step: {
    leaf: { title: 'The entry and its fingerprint', ok: 'The fingerprint (SHA-256) recomputed from the entry is the recorded one; time, act, post and division on the screen are those of the entry.', fact: 'fingerprint {hash}' },
    content: { title: 'People and content', ok: 'Recomputed with the entry’s salt: actor, object and content on the screen are the ones written into the log.', erased: 'Personal data was lawfully erased; only codes remain that lead to nobody, and the log is still complete.' },
    key: { title: 'The log’s public key', known: 'The same key that this browser remembers.', first: 'This browser sees the key for the first time and remembers it; compare it with the posted one.', fact: '{name} · {id}' },
    checkpoint: { title: 'Signature of the checkpoint', ok: 'The checkpoint’s signature (Ed25519) holds: the log admits by signature to {size} entries.', fact: 'root {root}' },
    path: { title: 'The way into the log', ok: 'From this entry’s fingerprint, over {hashes} neighbouring fingerprints, level by level, the computed root is the signed one.', fact: 'root {root}' },
    growth: { title: 'The log only grows', ok: 'Compared with the log this browser saw last ({from} → {to} entries): the old one is the beginning of the new one, nothing was rewritten.', same: 'Exactly the log that this browser saw last ({to} entries).', first: 'This browser sees the log for the first time and remembers how it stands at {size} entries, to compare next time.' },
    witnesses: { title: 'Cosigned by witnesses', ok: 'The signatures of {count} witness(es) ({names}) hold, the last one of {at}; what they saw is the beginning of this very log.', none: 'No witness has signed this log yet.' },
  },
  fault: {
    index_outside: 'the index is outside the log', hash_length: 'a fingerprint in the proof has the wrong length', proof_too_long: 'the proof has a step too many', proof_too_short: 'the proof lacks a step', other_root: 'the computed root is not the signed one', other_old_root: 'the old log was rewritten: its root is not the one that this browser remembers', other_new_root: 'the computed new root is not the signed one',
    two_roots: 'two roots for one size: there are two versions of the log', shrunk: 'the log has become shorter', not_a_key: 'not a public key', key_id: 'the key’s id does not belong to it', not_a_note: 'not a signed checkpoint', no_known_signature: 'no signature by this key', signature: 'the checkpoint’s signature does not hold', not_a_checkpoint: 'the checkpoint is incomplete', other_log: 'a checkpoint of another log',
    not_base64: 'wrongly encoded data', leaf_unreadable: 'the entry cannot be read', leaf_hash: 'the entry does not fit its recorded fingerprint: it was changed', leaf_differs: 'the screen shows something else than the entry says', content_differs: 'the content is not what was written into the log', references_differ: 'person or object are not those written into the log', key_changed: 'the log’s key is not the one that this browser remembers',
    cosignature: 'a witness’s signature does not hold', witness_differs: 'there are two versions of the log: a witness saw another one', 
    unreachable: 'the data could not be fetched; try again later',
  },
  entries: 'Entries',
  extract: { paper: 'Print an extract', file: 'Extract as a file', hint: 'For a lawyer, a court or a villager: it is checked without this system.', name: 'ledger-extract-{index}.{form}' },
  timeline: {
    title: 'Time line', hint: 'What happened around one person, one case or one official; looking is itself recorded.', around: 'Around', id: 'Id', show: 'Show', kind: { person: 'a resident', case: 'a case', official: 'an official' },
    begin: 'Choose a resident, a case or an official', beginHint: 'Or open an entry of the ledger and follow the person or the case in it.', noneHint: 'Nothing in your area, or choose another time.', incomplete: 'The registry does not answer: older records of this person may be missing.',
  },
  watch: {
    title: 'Watch', titleWith: 'Watch ({count} alarms)', hint: 'What the ledger noticed by itself, who writes into it, and who vouches for it from outside.', alarms: 'Alarms', sources: 'Sources', witnesses: 'Witnesses', checkpoints: 'Checkpoints',
    witnessesHint: 'A witness is run by somebody else, on their computer with their key, and signs only when the new log contains the old one: no rewriting escapes its memory.',
    raised: 'Noticed', what: 'What', place: 'Where', answer: 'Answer', state: 'State', alarmState: { open: 'Open', answered: 'Answered' }, none: { open: 'No open alarm', answered: 'No answered alarm' },
    answerDo: 'Answer', answerTitle: 'Answer the alarm', answerLabel: 'What was found out', answerStays: 'The answer cannot be changed afterwards.', answered: 'Answered',
    recorded: 'Recorded up to', told: 'Given up to', lastEntry: 'Last entry', heard: 'Last heard', sourceState: { well: 'well', silent: 'silent', behind: 'behind', regressed: 'put back' },
    witness: 'Witness', kind: 'Kind', kinds: { county: 'County office', township: 'Township', committee: 'Supervision committee', other: 'Other' }, signedSize: 'Signed up to', signedAt: 'Signed at', keyName: 'Name', manage: 'Manage', witnessState: { well: 'well', waiting: 'not signed yet', silent: 'silent', retired: 'retired' },
    noWitness: 'No witness yet', noWitnessHint: 'The county’s administrator registers those of townships and committees.', register: 'Register a witness', registered: 'Registered', registerHow: 'Run this on the witness’s own computer and paste the key that it prints:', key: 'Key',
    retire: 'Retire', retireTitle: 'Retire the witness “{title}”', retireStays: 'Its signatures are no longer taken; those there are stay.', retired: 'Retired',
    size: 'Entries', cosignedBy: 'Cosigned by', notYet: 'nobody yet', root: 'Root',
    alarm: {
      missing: '{source}: numbers {first} to {last} never arrived', silent: '{source} is silent', behind: '{source} has entries that do not arrive (given up to {told}, recorded up to {recorded})', regressed: '{source} was put back: recorded up to {recorded}, it knows only {told}; perhaps it was restored from old data',
      inconsistent: 'What is stored does not lead to what was signed at {size}; nothing more is signed', split_view: 'Two versions of the log ({place}), found by {who}', shrunk: 'The log has become shorter ({place}), found by {who}', unsigned: 'A checkpoint without the log’s signature ({place}), found by {who}', witness_silent: '{who} has not signed for ten minutes (stopped at {size})',
    },
  },
  action: actions(1),
  object: objects(1),
}
