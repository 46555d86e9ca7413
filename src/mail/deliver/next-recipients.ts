// Which recipients go in the next transaction of a connection: as many as the configuration, the receiver's own word
// (RFC 9422) and what was seen of it allow.

import type { SmtpSession } from '../../network/smtp-session.ts';
import type { ClaimedRecipient } from '../queue/queue.ts';

/** Takes them out of `pending`. None: this connection has carried what it may, and another is needed. */
export function nextRecipients(pending: ClaimedRecipient[], session: SmtpSession, most: number): ClaimedRecipient[] {
  const { mailMax, rcptDomainMax } = session.extensions.limits;
  if (mailMax !== undefined && session.carried >= mailMax) return [];
  const room = Math.min(most, session.rcptMax);
  return rcptDomainMax === undefined ? pending.splice(0, room) : ofDomains(pending, session, { room, rcptDomainMax });
}

/** RFC 9422 4.3: the domains of a session are counted, whichever transaction they were in. */
function ofDomains(
  pending: ClaimedRecipient[],
  { domains }: SmtpSession,
  { room, rcptDomainMax }: { room: number; rcptDomainMax: number },
): ClaimedRecipient[] {
  const taken: ClaimedRecipient[] = [];
  const left: ClaimedRecipient[] = [];
  for (const recipient of pending.splice(0)) {
    const { destination } = recipient;
    const fits = taken.length < room && (domains.has(destination) || domains.size < rcptDomainMax);
    if (fits) domains.add(destination);
    (fits ? taken : left).push(recipient);
  }
  pending.push(...left);
  return taken;
}
