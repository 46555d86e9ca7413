// Mails about access to the people they are about. None of them is needed to decide anything: one that cannot be put into
// the queue is logged, and that is all.

import type { Log } from '../../platform/log.ts';
import type { NoticeKind, NoticeValues } from '../notices/kinds.ts';
import type { Notices } from '../notices/notices.ts';
import type { PersonRow } from './tables.ts';

type Recipient = Pick<PersonRow, 'id' | 'email' | 'language' | 'customer'>;

export interface Mailer {
  /** Resolves whether the mail is in the queue. Never rejects. Call it after the change it tells of is on disk. */
  send<K extends NoticeKind>(kind: K, to: Recipient, values: NoticeValues[K]): Promise<boolean>;
}

/** Makes the sender of mails. */
export function createMailer(notices: Pick<Notices, 'tell'>, log: Log): Mailer {
  return {
    async send(kind, { id, email, language, customer }, values) {
      try {
        const reader = { address: email, language };
        const told = await notices.tell(kind, reader, values, customer === null ? {} : { customer });
        return told.kind === 'sent';
      } catch (err) {
        log.error('a mail about access was not sent', { err, person: id, notice: kind });
        return false;
      }
    },
  };
}
