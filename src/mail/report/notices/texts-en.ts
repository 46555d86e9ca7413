// Notices in English.

import type { NoticeTexts } from './texts.ts';

const CHECK_ADDRESS = 'Check the spelling of the part after the @ sign.';
const TELL_RECIPIENT = "The recipient's administrator has to mend this; tell the recipient by another way.";
const TELL_OPERATOR = 'Tell your administrator; the operator of this relay has to look into it.';
const ANOTHER_WAY = 'Ask the recipient by another way.';

export const ENGLISH: NoticeTexts = {
  tag: 'en',
  dates: 'en-GB',
  subject: {
    failure: 'Your mail could not be delivered',
    delay: 'Your mail is late, and is being tried again',
    relayed: 'Your mail was passed on',
  },
  one: {
    failure: 'Your mail of {date} could not be delivered to this recipient. It will not be tried again.',
    delay:
      'Your mail of {date} has not been delivered to this recipient yet. It will be tried again until {until}. You ' +
      'need do nothing and should not send it again. If it fails for good, you will be told.',
    relayed:
      'Your mail of {date} was passed on to the mail server of this recipient. That server sends no confirmations, so ' +
      'this is the last one you get.',
  },
  many: {
    failure: 'Your mail of {date} could not be delivered to these {count} recipients. It will not be tried again.',
    delay:
      'Your mail of {date} has not been delivered to these {count} recipients yet. It will be tried again until ' +
      '{until}. You need do nothing and should not send it again. If it fails for good, you will be told.',
    relayed:
      'Your mail of {date} was passed on to the mail server of these {count} recipients. That server sends no ' +
      'confirmations, so this is the last one you get.',
  },
  asWritten: '(you wrote to {address})',
  said: "The recipient's mail server {host} said:",
  saidLast: "The last answer of the recipient's mail server {host} was:",
  saidHidden: "The recipient's mail system answered with code {code}.",
  more: 'and {count} more; the report attached names all.',
  attached: {
    full: 'Your mail is attached.',
    headers: 'The header of your mail is attached.',
    nothing: '',
  },
  closing:
    'This notice was made by the mail relay {host}. Give this number to your administrator when you ask about it: {id}',
  expired: 'All attempts failed until the time allowed for this mail was over.',
  suppressed: {
    what: 'The mail was not sent: the address is on the list of addresses that no longer take your mail.',
    advice: 'If the address is right, ask your administrator to take it off that list.',
  },
  causes: {
    'dns-temporary': {
      what: "The name servers of the recipient's domain gave no usable answer.",
      advice: TELL_RECIPIENT,
    },
    'dns-no-domain': { what: "The recipient's domain does not exist.", advice: CHECK_ADDRESS },
    'dns-no-host': { what: "The recipient's domain has no mail server.", advice: CHECK_ADDRESS },
    'null-mx': { what: "The recipient's domain takes no mail at all.", advice: CHECK_ADDRESS },
    'mx-is-us': {
      what: "The recipient's domain names this relay as its mail server, but the relay does not serve it.",
      advice: TELL_RECIPIENT,
    },
    'private-address': {
      what: "The mail server of the recipient's domain has an address that the Internet cannot reach.",
      advice: TELL_RECIPIENT,
    },
    'connect-failed': { what: "The recipient's mail server could not be reached.", advice: TELL_RECIPIENT },
    'connect-timeout': { what: "The recipient's mail server did not answer.", advice: TELL_RECIPIENT },
    'connection-lost': {
      what: "The connection to the recipient's mail server broke off.",
      advice: TELL_RECIPIENT,
    },
    'reply-timeout': { what: "The recipient's mail server stopped answering.", advice: TELL_RECIPIENT },
    'bad-reply': { what: "The recipient's mail server gave an answer that is no SMTP.", advice: TELL_RECIPIENT },
    'tls-failed': {
      what: "An encrypted connection to the recipient's mail server could not be made.",
      advice: TELL_RECIPIENT,
    },
    'tls-required': {
      what: "The recipient's mail server offers no encryption, and this mail must not travel without.",
      advice: TELL_RECIPIENT,
    },
    'no-address': { what: 'The relay had no address in service to send this mail from.', advice: TELL_OPERATOR },
    'protection-refused': {
      what: "The recipient's mail protection refused the mail, for what is in it or for who sent it.",
      advice:
        'Leave out what may look dangerous or like advertising, or ask the recipient, by another way, to allow it.',
    },
    'protection-later': {
      what: "The recipient's mail protection could not look at the mail.",
      advice: TELL_OPERATOR,
    },
    'recipient-paused': {
      what: "The recipient's organisation takes no mail at the moment.",
      advice: 'Send the mail again later, or ask the recipient by another way.',
    },
    'no-signing-key': {
      what: 'The relay could not sign this mail for your domain, and does not send it unsigned.',
      advice: TELL_OPERATOR,
    },
    'no-smtputf8': {
      what: "The recipient's mail server cannot take addresses with letters beyond ASCII.",
      advice: 'Use an address in plain letters, of your own or of the recipient.',
    },
    'no-8bitmime': {
      what: "The recipient's mail server cannot take mail with eight-bit content.",
      advice: TELL_RECIPIENT,
    },
    'too-large': {
      what: "The mail is larger than the recipient's mail server takes.",
      advice: 'Send a smaller one, or share large files by another way.',
    },
    loop: {
      what: 'The mail came back to this relay for the same recipient: it goes round in a circle.',
      advice: 'The administrator of the recipient, or of a forwarding on the way, has to break the circle.',
    },
    expired: { what: 'All attempts failed until the time allowed for this mail was over.', advice: TELL_RECIPIENT },
    internal: { what: 'A fault inside the relay kept the mail back.', advice: TELL_OPERATOR },
  },
  classes: {
    invalid_address: {
      what: 'There is no such address.',
      advice: 'Check its spelling. If it is right, ask the recipient for the new address by another way.',
    },
    mailbox_unavailable: {
      what: 'The mailbox takes no mail now: it may be full, or switched off.',
      advice: 'Tell the recipient by another way; once the mailbox is in order, send your mail again.',
    },
    content: {
      what: 'The mail was refused for what is in it.',
      advice:
        'Leave out what may look dangerous or like advertising, such as attachments and links, and send it again.',
    },
    reputation: {
      what: 'The mail was refused for the address or the domain it was sent from.',
      advice: TELL_OPERATOR,
    },
    volume: {
      what: "The recipient's mail server finds that too much mail comes from here.",
      advice: 'Send it again later; mail to many recipients is better sent in portions.',
    },
    technical: { what: "A fault at the recipient's mail server kept it from taking the mail.", advice: TELL_RECIPIENT },
    authentication: {
      what: 'The mail was refused because it was not shown to come from your domain (SPF, DKIM, DMARC).',
      advice: "Tell your administrator: your domain's records have to be set right.",
    },
    policy: {
      what: "A rule of the recipient's mail server forbids this mail.",
      advice: 'Ask the recipient, by another way, to have it allowed.',
    },
    unclassified: { what: "The recipient's mail server did not take the mail.", advice: ANOTHER_WAY },
  },
};
