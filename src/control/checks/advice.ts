// Every sentence on what to change, once: in English here, and by its code and its values for whoever says it in another
// language.

import { sentence } from '../../platform/sentence.ts';

/** What stands in braces is filled in. */
const SENTENCES = {
  later: 'Nothing can be said at the moment; it is looked at again by itself.',
  'ownership.publish': 'Publish a TXT record at {name} with the text {text}.',
  'ownership.other':
    'The record at {name} is for another customer or an older one: put this customer’s text beside it or in its place.',
  'ownership.back': 'Put the TXT record at {name} back, with the text {text}.',
  'ownership.stops': 'Put the TXT record at {name} back, with the text {text}; without it the domain stops on {day}.',
  'spf.publish': 'Publish a TXT record at {domain}: {text}.',
  'spf.several': 'Put the terms of all SPF records into one, and remove the others: with several, receivers use none.',
  'spf.mend': 'Mend this record.',
  'spf.mend_other': 'Mend the record of {other}, or take it out of yours.',
  'spf.operator': 'The fault lies in the operator’s include; nothing of yours need be changed.',
  'spf.over':
    'Take out includes, a and mx terms that are no longer needed, or names that do not exist: past the limit receivers use none of it.',
  'spf.by_hand':
    'Our addresses pass by other terms, which stop to do so when they change: add {terms} before the last term.',
  'spf.not_ready': 'The operator has neither an include nor an active address for this domain yet.',
  'spf.add_addresses': 'Add {terms} to the record.',
  'spf.add': 'Add {terms} to the record, before the term that ends in "all", and without a sign before it.',
  'spf.open': 'Write ~all or -all in the place of +all, which lets everybody in the world send as this domain.',
  'mx.wait': 'Leave the MX as it is until the test message has come through; then set it to {expected}.',
  'mx.null': 'Replace the null MX, which refuses all mail, by {expected}.',
  'mx.replace': 'Replace the MX records by {expected}: no mail comes this way.',
  'mx.others': 'Remove {others}: mail that goes there bypasses the relay and its checks.',
  'dkim.no_key': 'Keys are made once the domain is approved; mail goes out unsigned until then.',
  'dkim.publish': 'Publish a TXT record at {name} with the text {text}.',
  'dmarc.mend': 'Mend the record at {name}: as it is, receivers pass it over.',
  'dmarc.publish': 'Publish a TXT record at {name}: {text} to begin with.',
  'dmarc.tag': 'Mend the tag that is named, which receivers pass over.',
  'dmarc.raise': 'Once the reports show that all your mail passes, raise the policy to p=quarantine or p=reject.',
  'dmarc.key':
    'Publish the record of a DKIM key of {domain}: bounces go to {other}, so that SPF alone does not count for DMARC.',
  'mailhost.no_address': 'Publish an address record for {host}, or name another host.',
  'mailhost.private': 'Name a host with a public address, which can be reached from the Internet.',
  'mailhost.unreachable': 'Let our addresses through to {host}, and see that the mail server runs there.',
  'mailhost.refused': 'See that {host} takes mail for {recipient} (RFC 5321 4.5.1) from our addresses.',
  'mailhost.greylisted': '{host} puts us off for now; take our addresses out of greylisting there.',
  'mailhost.no_tls': 'Switch on STARTTLS at {host}: inbound mail goes there in the clear.',
  'mailhost.broken_tls': 'Mend TLS at {host}: inbound mail goes there in the clear.',
  'source.format': 'Write it as an address or network: {fault}.',
  'source.private': 'Name the public address that your mail server is seen with on the Internet.',
  'source.cloud':
    'Mark the source as shared and add a proof (a login, a header that {cloud} sets, or a secret header): its address alone shows nothing.',
  'source.taken': 'Name addresses that nobody else sends from, or mark the source as shared and add a proof.',
  'source.large': 'Name only the addresses that your mail servers send from.',
  'source.no_reverse': 'Ask your provider for reverse DNS: a PTR record for {ip} with the name of the server.',
  'source.reverse': 'Publish an address record of {name} that leads back to {ip}.',
  'grant.mend': 'The owner of {domain} has to mend the record at {name}.',
  'grant.publish': 'The owner of {domain} publishes a TXT record at {name} with the text {text}.',
  'grant.clash': 'The owner of {domain} has to leave one record for a time: two that differ grant nothing.',
  'grant.stream': 'The customer has no stream {stream}: the operator adds it, or the owner names another.',
} as const satisfies Record<string, string>;

export type AdviceCode = keyof typeof SENTENCES;

/** What to change, in a sentence and in parts. */
export interface Advised {
  advice: string;
  code: AdviceCode;
  values: Readonly<Record<string, string>>;
}

/** All codes, for whoever has to say them all. */
export const ADVICE_CODES = Object.keys(SENTENCES) as AdviceCode[];

/** The sentence with this code. */
export function advise(code: AdviceCode, values: Readonly<Record<string, string>> = {}): Advised {
  return { advice: sentence(SENTENCES[code], values).text, code, values };
}
