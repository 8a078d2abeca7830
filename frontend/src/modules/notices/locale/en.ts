export default {
  title: 'Notices', hint: 'Told to you and to your post. Reading one is your own affair.', unreadOnly: 'Unread', all: 'All', readAll: 'Mark all as read', read: 'Read', unread: 'Unread',
  empty: 'No notices', emptyUnread: 'Nothing unread', more: 'All notices',
  column: { title: 'Notice', topic: 'Topic', at: 'Time', state: 'State' },
  topic: { reminder: 'Deadlines', escalation: 'Overdue', evaluation: 'Ratings', hand_over: 'Hand-over', whistle: 'Whistles', disclosure: 'Disclosure' },
  preferences: 'Call me for', preferencesHint: 'What is off no longer counts at the bell and stays in the list. Overdue matters cannot be switched off.',
  wish: { title: 'Short messages', sms: 'Tell this person by SMS', language: 'Language of messages', hint: 'Not at night; then in the morning.' },
  messages: 'Messages', messagesHint: 'Short messages to residents; none at night, they wait for the morning. The code for rating is only in the message; who handles the case never sees it.', phones: 'Demo phones', phonesHint: 'The demo sends nothing; the words are shown here.', queue: 'Sent and waiting',
  message: { matter: 'Matter', number: 'Number', template: 'About', state: 'State', attempts: 'Attempts', at: 'Time' },
  template: { case_accepted: 'Accepted', case_material: 'Papers wanted', case_supplement: 'Supplement asked', case_not_accepted: 'Not accepted', case_decided: 'Decided, please rate', promise_due: 'Promised papers due', seal_refused: 'Seal refused', whistle_whistled: 'Whistled', whistle_closed: 'Whistle closed', whistle_dismissed: 'Whistle answered', subscription_published: 'Published', subscription_corrected: 'Corrected', subscription_withdrawn: 'Withdrawn', subscription_answered: 'Question answered', subscription_decided: 'Appeal decided' },
  sms: { queued: 'Waiting', sending: 'Sending', sent: 'Sent', delivered: 'Delivered', undelivered: 'Not delivered', failed: 'Failed', no_phone: 'No phone', declined: 'Not wanted', no_adapter: 'No SMS gateway' },
  noMessages: 'No messages yet', noMessagesHint: 'One goes out when a case has a result, or a followed village publishes.', codes: 'Sign-in codes', codesHint: 'The demo sends nothing; the codes by which residents sign in are shown here.', noCodesHint: 'A code is shown here once a resident asks for one.', onlyInDemo: 'Only the demo has this page', onlyInDemoHint: 'Elsewhere a code goes to the resident’s own phone and nowhere else.', anyState: 'Any state',
}
