// Who is told that a webhook fails: the administrators of its customer, or the operator's.

import type { WebhookParts } from './parts.ts';
import type { WebhookNews } from './sender.ts';

/** People that one webhook writes to. */
const MOST_PEOPLE = 20;

/** Writes to them. Rejects where the rows cannot be read; a mail that is not taken is logged. */
export async function tellOfWebhook(parts: WebhookParts, { webhook, what, since, answer }: WebhookNews): Promise<void> {
  const { database, config, log, tell } = parts;
  const row = await database.db.selectFrom('webhook').selectAll().where('id', '=', webhook).executeTakeFirst();
  if (row === undefined) return;
  const { customer } = row;
  const people = await database.db
    .selectFrom('person')
    .select(['email', 'language'])
    .where('customer', customer === null ? 'is' : '=', customer)
    .where('role', '=', customer === null ? 'administrator' : 'customer_administrator')
    .where('state', '=', 'active')
    .limit(MOST_PEOPLE)
    .execute();
  // What stands behind the path may be a secret.
  const url = row.url.replace(/\?.*$/s, '');
  const whose = customer === null ? {} : { customer };
  for (const { email, language } of people) {
    const reader = { address: email, language };
    const told =
      what === 'warned'
        ? tell(
            'webhook_failing',
            reader,
            { ...whose, url, since, answer, pauses: since + config().webhooks.pause_after },
            whose,
          )
        : tell('webhook_paused', reader, { ...whose, url, since, answer }, whose);
    await told.catch((err: unknown) => log.error('nobody was told of a webhook', { webhook, err }));
  }
}
