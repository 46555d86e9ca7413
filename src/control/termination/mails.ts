// Mails about an end, each until it is in the queue: what stands in `termination_mail` without `sent_at` is sent, in order.
// Their words are those of the moment at which they go.

import { sql } from 'kysely';
import type { OwnAttachment } from '../../mail/report/operations.ts';
import { RELAY_ACTOR } from '../actor.ts';
import { makeStep } from '../customers/step.ts';
import type { NoticeRecord } from '../notices/kinds.ts';
import { languageOf } from '../notices/languages.ts';
import type { NoticeOptions } from '../notices/notices.ts';
import { certificateFiles } from './files.ts';
import { contactOf, type TerminationParts } from './parts.ts';
import { planFrom } from './plan.ts';
import { lookAtRecords } from './records-look.ts';
import { movePlan, todayOf } from './steps.ts';
import type { TerminationMailRow, TerminationRow } from './tables.ts';

/** Mails of one round. */
const AT_ONCE = 200;
/** Each is tried for some seconds. */
const MOST_FAILED = 5;
/** Records that a mail names; the portal has all. */
const NAMED_RECORDS = 50;

/** Sends what is to be sent. False: something could not be, and waits for the next round. */
export async function sendPending(parts: TerminationParts): Promise<boolean> {
  const { database, log } = parts;
  const pending = await database.db
    .selectFrom('termination_mail')
    .selectAll()
    .where('sent_at', 'is', null)
    .orderBy('id')
    .limit(AT_ONCE)
    .execute();
  // One that fails keeps nobody else waiting, but for what is to come after it at the same end.
  const failed = new Set<number>();
  for (const mail of pending) {
    if (failed.has(mail.termination)) continue;
    try {
      await sendOne(parts, mail);
    } catch (err) {
      log.error('a mail about the end of a customer was not sent', {
        err,
        termination: mail.termination,
        mail: mail.kind,
      });
      // No time makes an address of it: it counts as nobody who was told.
      if (err instanceof RangeError) await drop(parts, mail);
      else failed.add(mail.termination);
      if (failed.size >= MOST_FAILED) break; // the queue, rather than the mails
    }
  }
  return failed.size === 0 && pending.length < AT_ONCE;
}

async function sendOne(parts: TerminationParts, mail: TerminationMailRow): Promise<void> {
  const row = await rowOf(parts, mail);
  if (row === undefined) return drop(parts, mail);
  const current = mail.kind === 'termination_notice' ? await withFullNotice(parts, row) : row;
  await tell(parts, mail, current);
  await makeStep(parts.changes, RELAY_ACTOR, async ({ trx, now }) => {
    await trx.updateTable('termination_mail').set({ sent_at: now }).where('id', '=', mail.id).execute();
  });
}

async function rowOf({ database }: TerminationParts, mail: TerminationMailRow): Promise<TerminationRow | undefined> {
  return database.db.selectFrom('termination').selectAll().where('id', '=', mail.termination).executeTakeFirst();
}

async function drop({ changes }: TerminationParts, { id }: TerminationMailRow): Promise<void> {
  await makeStep(changes, RELAY_ACTOR, async ({ trx }) => {
    await trx.deleteFrom('termination_mail').where('id', '=', id).execute();
  });
}

/** The first notice that goes out late gives its full time from today. */
async function withFullNotice(parts: TerminationParts, row: TerminationRow): Promise<TerminationRow> {
  const today = todayOf(parts);
  if (row.noticed === today || row.deactivated_at !== null) return row;
  const plan = planFrom(today, parts.config().termination);
  return makeStep(parts.changes, RELAY_ACTOR, async (step) => {
    const sent = await step.trx
      .selectFrom('termination_mail')
      .select('id')
      .where('termination', '=', row.id)
      .where('kind', '=', 'termination_notice')
      .where('sent_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (sent !== undefined) return row;
    await movePlan(step, row, plan);
    return { ...row, ...plan };
  });
}

async function tell(parts: TerminationParts, mail: TerminationMailRow, row: TerminationRow): Promise<void> {
  const { notices } = parts;
  const to = { address: mail.recipient, language: languageOf(mail.language) };
  const more: NoticeOptions = { customer: row.customer };
  const customer = row.name;
  const contact = contactOf(parts);
  const { deactivation, removal, ended } = row;
  switch (mail.kind) {
    case 'termination_notice':
    case 'termination_reminder':
      if (deactivation === null || removal === null) return;
      await notices.tell(mail.kind, to, { customer, ended, deactivation, removal, contact }, more);
      return;
    case 'termination_stopped':
    case 'records_gone':
      await notices.tell(mail.kind, to, { customer }, more);
      return;
    case 'deactivated':
      if (removal === null) return;
      await notices.tell('deactivated', to, { customer, removal, contact, records: await remaining(parts, row) }, more);
      return;
    case 'records_remain':
      await notices.tell('records_remain', to, { customer, contact, records: await remaining(parts, row) }, more);
      return;
    case 'removed': {
      const files = await certificateFiles(parts, row.id);
      if (files === undefined) return;
      const values = { customer, number: files.number, contact, records: await remaining(parts, row) };
      const attachments: OwnAttachment[] = [
        { name: `${files.number}.pdf`, type: 'application/pdf', content: files.pdf },
        { name: `${files.number}.json`, type: 'application/json', content: Buffer.from(files.json) },
      ];
      await notices.tell('removed', to, values, { ...more, attachments });
      return;
    }
    default:
      throw new Error(`no mail of the end of a customer: ${mail.kind}`);
  }
}

/** Records that still name the relay, or may: looked for before anybody is asked to take them out. */
async function remaining(parts: TerminationParts, row: TerminationRow): Promise<NoticeRecord[]> {
  if (row.looked_at === null) await lookAtRecords(parts, row);
  return (
    parts.database.db
      .selectFrom('termination_record')
      .select(['type', 'host', 'value'])
      .where('termination', '=', row.id)
      .where('state', '<>', 'gone')
      // Those that let mail go astray come first.
      .orderBy(sql`case purpose when 'mx' then 0 when 'spf' then 1 else 2 end`)
      .orderBy('host')
      .limit(NAMED_RECORDS)
      .execute()
  );
}
