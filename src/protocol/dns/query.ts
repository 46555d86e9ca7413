// RFC 1035 4.1: a question as octets.

import { AUTHENTIC_DATA, encode, RECURSION_DESIRED } from 'dns-packet';

/** Record types that are asked for. */
export type DnsType = 'A' | 'AAAA' | 'MX' | 'TXT' | 'PTR';

export interface DnsQuestion {
  /** Lower case, without the final dot. */
  name: string;
  type: DnsType;
}

/** RFC 6891 6.2.5, as the DNS flag day of 2020 set it: answers of this size are not cut in pieces on the way. */
const UDP_PAYLOAD = 1232;

/** RFC 1035 2.3.4. */
const LABEL_OCTETS = 63;
const NAME_OCTETS = 253;

/** Whether a name can stand in a question at all; what can not does not exist. */
export function isAskable(name: string): boolean {
  if (name.length > NAME_OCTETS || !/^[\x21-\x7e]+$/.test(name) || name.includes('\\')) return false;
  return name.split('.').every((label) => label.length > 0 && label.length <= LABEL_OCTETS);
}

/** The octets of a question. `name` must be askable. */
export function encodeQuery(id: number, question: DnsQuestion): Buffer {
  return encode({
    id,
    type: 'query',
    // RFC 6840 5.7: AD in a query asks for AD in the answer, without the signatures that DO would bring along.
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ name: question.name, type: question.type }],
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: UDP_PAYLOAD, flags: 0, options: [] }],
  });
}
