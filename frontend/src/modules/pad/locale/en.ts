export default {
  title: 'Rating pad', pair: 'Pair this pad', pairHint: 'Enter the 8 digits shown on the clerk’s screen.', code: 'Code', pairDo: 'Pair', wrong: 'The code is wrong or has expired. Ask for a new one.',
  welcome: 'Welcome', idle: 'When a rating or a signature is asked for, it appears here.', away: 'No connection, trying again…', ended: 'This pad is no longer paired',
  rating: 'Please rate this service', skip: 'Not now', skipSign: 'Not now', thanks: 'Thank you!', thanksRating: 'Your rating was sent.', thanksSign: 'Your signature was kept.',
  signature: 'Please sign', signatureFor: '{name}, please sign for your application', signHere: 'Sign here',
  panel: 'Rating pad', panelHint: 'Open {address} on a tablet or a second screen and enter the code.', paired: 'Paired', pairedSince: 'since {date}', notPaired: 'This window has no pad yet', showCode: 'Show a code', codeLeft: 'valid for {left} seconds', codeOver: 'The code has expired', unpair: 'Unpair', unpairHarm: 'The pad goes back to pairing and no longer asks for this window.', unpaired: 'Unpaired', chooseWindow: 'Choose the window first', asking: { rating: 'Asking for a rating', signature: 'Asking for a signature' },
}
