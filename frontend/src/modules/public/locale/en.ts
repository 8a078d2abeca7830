/** Texts of the public pages, English. */
export default {
  elder: 'Large type', more: 'More open information', place: 'Place', privacy: 'This page collects no personal data, no advertising, no statistics.',
  signIn: { phone: 'Phone', askCode: 'Send a code', codeSent: 'If the number is registered, a code was sent', code: 'Code', tail: 'Last four of your identity number', tailHint: 'Where several people share a phone', enter: 'Sign in', inside: 'Signed in', as: 'Signed in as {phone}', leave: 'Sign out' },
  token: { title: 'Follow a case, verify a paper', progress: 'Progress', supplement: 'Still needed', sealRefused: 'The custodians want it looked into again, so it was not sealed this time. It will be once that is done; you need not come for it.', keep: 'Keep your receipt: its code shows the progress at any time.', none: 'No such paper was found', noneHint: 'Check that the code is complete and was issued by this system. If a paper in your hand cannot be read, ask the window that issued it.' },
  sealing: { waiting: 'Waiting for the seal', refused: 'Looked into again before the seal', sealed: 'Sealed' },
  point: { received: 'Received', accepted: 'Accepted', decided: 'Decision', delivered: 'Delivery' },
  mark: { done: 'done', now: 'under way', later: 'to come' },
  outcome: { approved: 'Decision: granted', refused: 'Decision: not granted', approve: 'Decision: granted', refuse: 'Decision: not granted' },
  state: { draft: 'Being filled in', received: 'Received', supplement: 'Waiting for your papers', accepted: 'Accepted', not_accepted: 'Not accepted', handling: 'Under way', suspended: 'Suspended', decided: 'Decided', delivered: 'Delivered', closed: 'Completed', withdrawn: 'Withdrawn' },
  rate: { title: 'Your rating', question: 'How satisfied are you?', comment: 'Anything to add (optional)', send: 'Send rating', sending: 'Sending…', once: 'Each case can be rated once; the clerk does not see who rated.', thanks: 'Thank you, your rating has been received.', already: 'Already rated. Thank you.', notYet: 'This is not finished yet; it can be rated once it is.' },
  kind: { receipt: 'Receipt', certificate: 'Certificate of the village', acceptance_notice: 'Notice of acceptance', supplement_notice: 'Notice of missing papers', not_accepted_notice: 'Notice of non-acceptance', decision: 'Decision', refusal_note: 'Note of refusal', residence_certificate: 'Certificate of residence' },
  paper: {
    title: 'Verify a paper', issued: 'Issued by this system and valid', sealed: 'Sealed and valid', stamped: 'Stamped by hand: the stamped original counts', stampedAt: 'Stamped and enclosed', stampers: 'Confirmed by the signatures of {count} custodians', byHand: 'All custodians opened the envelope together, stamped the paper by hand, closed the seal in and signed the record. Look for the red stamp on the paper; a print or file without it has no effect.', awaiting: 'Not sealed yet, not in effect', void: 'Void, without any effect', number: 'Number', issuer: 'Issued by', day: 'Day', sealedAt: 'Sealed', signers: 'Signed by {count} custodians together',
    reader: 'Any PDF reader shows these signatures in the original file.', compare: 'Is the file in your hand this paper?', compareHint: 'Choose the PDF: its fingerprint is computed on this device, the file is not uploaded.', choose: 'Choose a PDF',
    same: 'It is: this very paper, not a letter changed.', different: 'It is not: another file, or it was changed.', unknown: 'This paper has no fingerprint to compare with yet.', insecure: 'This address is not secure (HTTPS), so the browser cannot compute fingerprints.',
  },
  guide: {
    title: 'Guide', heading: 'Guide of {place}', search: 'Search matters', placeholder: 'Search, such as 高龄津贴 or 居住证明', none: 'No such matter', noneHint: 'Try another word, or ask at the village window.', found: '{count} found',
    refused: 'Not issued by the village: ask {issuer}', notHere: 'The village does not issue this certificate.', issuedBy: 'Please ask: {issuer}', basis: 'Basis: ', charged: 'as the rule says', free: 'free of charge', noVisit: 'none: the village runs the errand', visitCount: 'at most {count}',
    yuan: '{amount} yuan', waived: '{amount} yuan waived ({basis})', unit: { working_day: ' working days', calendar_day: ' days', hour: ' hours', minute: ' minutes', month: ' months' },
    fact: { limit: 'Time limit', green: 'Shortened limit', fee: 'Fee', result: 'Result', place: 'Place', hours: 'Hours', visits: 'Visits needed', department: 'Department' },
    conditions: 'Who may apply', materials: 'What to bring', optional: 'optional', deferrable: 'may follow later', steps: 'How it goes', law: 'Legal basis', guideOnly: 'A higher office decides this; the page only guides. The village can run the errand for you.',
  },
  log: {
    title: 'Verify the log', heading: 'Ledger of {place}', what: 'Every service, every use of a seal and every look at personal data is written into a log that can only be added to. It holds no names and no numbers, and anybody can check that it was not changed.', holds: 'Verified: {size} entries, the signature holds, nothing was rewritten.', fails: 'The check fails: something is wrong with this log.', none: 'The log of this place has not been signed for the first time, or cannot be reached.',
    cosigned: 'cosigned {size} entries, {at}', key: 'Public key', keyHint: 'It must be the posted one: only then it is the same log.', checkpoint: 'Newest signed checkpoint', elsewhere: 'Check on another computer', elsewhereHint: 'The independent tool needs the public key and no account:',
  },
}
