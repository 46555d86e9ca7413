// Why a recipient was put off last, as the queue keeps it: one line that people read in `queue list`, and that notices
// are made of.

import type { Cause, OwnCause } from '../../message.ts';

/** One line for `queue list`: what the remote said, or our own reason. */
export function describeCause(cause: Cause): string {
  if (cause.from === 'us') return cause.detail === undefined ? cause.cause : `${cause.cause}: ${cause.detail}`;
  const { code, enhanced, text } = cause.reply;
  return `${cause.host}: ${code} ${enhanced === undefined ? '' : `${enhanced} `}${text}`;
}

const REMOTE = /^(\S*): ([2-5]\d\d) (?:([245]\.\d{1,3}\.\d{1,3}) )?(.*)$/s;
const OWN = /^([a-z0-9-]+)(?:: (.*))?$/s;

/** The cause behind such a line. The step of the conversation is not kept: `rcpt` stands for any. */
export function readCause(text: string): Cause | undefined {
  const remote = REMOTE.exec(text);
  if (remote !== null) {
    const [, host = '', code, enhanced, words = ''] = remote;
    const reply = { code: Number(code), text: words, ...(enhanced !== undefined && { enhanced }) };
    return { from: 'remote', stage: 'rcpt', host, reply };
  }
  const [, cause, detail] = OWN.exec(text) ?? [];
  if (cause === undefined) return undefined;
  return { from: 'us', cause: cause as OwnCause, ...(detail !== undefined && { detail }) };
}
