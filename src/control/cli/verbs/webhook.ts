import type { Command } from 'commander';
import type { CallOptions } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface WebhookOptions extends CommonOptions {
  customer?: string;
  state?: string;
  type?: string;
  types?: string;
  endpoint?: string;
  description?: string;
  signing?: string;
  thin?: boolean;
  overlapHours?: string;
  since?: string;
  until?: string;
  all?: boolean;
  limit?: number;
}

interface Webhook {
  id: string;
  customer: string | null;
  url: string;
  description: string;
  types: string[];
  thin: boolean;
  signing: string;
  secrets: { made_at: string; until: string | null; public_key?: string }[];
  state: string;
  reason: string | null;
  since: string;
  health: Record<string, string | number | null> | null;
  secret?: string;
  public_key?: string;
}

interface Delivery {
  id: number;
  event: string;
  type: string;
  occurred_at: string;
  state: string;
  attempts: { at: string; status: number | null; result: string; ms: number }[];
  next_attempt_at: string | null;
}

const MOST_LISTED = 1_000_000;

/** `webhook`: where events are sent, and what became of them. */
export function addWebhook(program: Command, cli: Cli): void {
  const webhook = program.command('webhook').description('where events are sent to, and what became of them');
  addReaders(webhook, cli);
  addWriters(webhook, cli);
  addSenders(webhook, cli);
}

function addReaders(webhook: Command, cli: Cli): void {
  common(webhook.command('list'))
    .description('all webhooks, and how they fare')
    .option('--customer <id>')
    .option('--state <state>', 'active, paused or disabled')
    .action(async (_options: unknown, command: Command) => {
      const { json, customer, state } = optionsOf(command) as WebhookOptions;
      const query = { customer, state };
      const all = await listPages<Webhook>(
        await clientOf(command, cli),
        { path: '/api/v1/webhooks', query },
        MOST_LISTED,
      );
      if (json === true) for (const one of all) cli.io.out(jsonLine(one));
      else cli.io.out(webhookTable(all));
    });
  common(webhook.command('show'))
    .description('one webhook, with its secrets and how it fares')
    .argument('<id>')
    .action((id: string, _options: unknown, command: Command) => showOne({ path: pathOf(id) }, command, cli));
  common(webhook.command('types'))
    .description('every type of events')
    .action(async (_options: unknown, command: Command) => {
      const answer = (await (await clientOf(command, cli)).call({ path: '/api/v1/event-types' })) as {
        entries: { type: string; meaning: string }[];
      };
      if (optionsOf(command).json === true) for (const one of answer.entries) cli.io.out(jsonLine(one));
      else
        cli.io.out(
          table(
            ['type', 'meaning'],
            answer.entries.map(({ type, meaning }) => [type, meaning]),
          ),
        );
    });
  common(webhook.command('deliveries'))
    .description('what was sent, what came of it, and what waits; newest first')
    .argument('<id>')
    .option('--state <state>', 'waiting, delivered or failed')
    .option('--type <type>', 'a type of events')
    .option('--since <time>', 'events from then on, such as 2026-11-22T08:00:00Z')
    .option('--until <time>', 'events before')
    .option('--limit <number>', 'so many at most (default: 100)', count(MOST_LISTED))
    .action(async (id: string, _options: unknown, command: Command) => {
      const { json, state, type, since, until, limit = 100 } = optionsOf(command) as WebhookOptions;
      const client = await clientOf(command, cli);
      const query = { state, type, since, until };
      const all = await listPages<Delivery>(client, { path: `${pathOf(id)}/deliveries`, query }, limit);
      if (json === true) for (const one of all) cli.io.out(jsonLine(one));
      else cli.io.out(deliveryTable(all));
    });
}

function addWriters(webhook: Command, cli: Cli): void {
  common(webhook.command('create'))
    .description('have events sent to an endpoint; prints its secret, this once')
    .argument('<url>', 'https, port 443 or one from 1024 on')
    .option('--customer <id>', "whose events (default: all customers', for the operator)")
    .option('--types <list>', 'such as message.recipient.*,domain.* (default: *)')
    .option('--description <text>')
    .option('--thin', 'identifiers alone, no addresses')
    .option('--signing <kind>', 'hmac or ed25519 (default: hmac)')
    .action((url: string, _options: unknown, command: Command) => {
      const { customer, signing } = optionsOf(command) as WebhookOptions;
      const more = { ...(customer !== undefined && { customer }), ...(signing !== undefined && { signing }) };
      const body = { url, ...fieldsOf(command), ...more };
      return showOne({ method: 'POST', path: '/api/v1/webhooks', body }, command, cli);
    });
  common(webhook.command('set'))
    .description('change what is given')
    .argument('<id>')
    .option('--endpoint <url>', 'where the events go')
    .option('--types <list>', 'such as message.recipient.*,domain.*')
    .option('--description <text>')
    .option('--thin', 'identifiers alone, no addresses')
    .option('--no-thin', 'with all that is known')
    .action((id: string, _options: unknown, command: Command) => {
      const { endpoint: url } = optionsOf(command) as WebhookOptions;
      const body = { ...fieldsOf(command), ...(url !== undefined && { url }) };
      if (Object.keys(body).length === 0) throw new CliError(USAGE, 'nothing is said that is to be changed');
      return showOne({ method: 'PATCH', path: pathOf(id), body, ifMatch: '*' }, command, cli);
    });
  common(webhook.command('rotate'))
    .description('make a new secret; the former one signs beside it for a while')
    .argument('<id>')
    .option('--overlap-hours <hours>', 'so long both sign (default: 24); 0 where others know the secret')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { overlapHours, json } = optionsOf(command) as WebhookOptions;
      const body = overlapHours === undefined ? {} : { overlap_hours: Number(overlapHours) };
      const call = { method: 'POST' as const, path: `${pathOf(id)}/rotate`, body };
      const answer = (await (await clientOf(command, cli)).call(call)) as Webhook & { overlap_until: string };
      const said = `${secretLine(answer)}the former secret signs until ${answer.overlap_until}\n`;
      cli.io.out(json === true ? jsonLine(answer) : said);
    });
  common(webhook.command('remove'))
    .description('remove a webhook, with what waits for it')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const answer = await (await clientOf(command, cli)).call({ method: 'DELETE', path: pathOf(id), ifMatch: '*' });
      cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : `webhook ${id} removed\n`);
    });
}

function addSenders(webhook: Command, cli: Cli): void {
  for (const [verb, description] of [
    ['pause', 'send nothing for a while; events wait'],
    ['resume', 'send again, what waits first'],
  ] as const) {
    common(webhook.command(verb))
      .description(description)
      .argument('<id>')
      .action((id: string, _options: unknown, command: Command) =>
        showOne({ method: 'POST', path: `${pathOf(id)}/${verb}` }, command, cli),
      );
  }
  common(webhook.command('test'))
    .description('send a test event now')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const answer = (await client.call({ method: 'POST', path: `${pathOf(id)}/test` })) as {
        taken: boolean;
        status: number | null;
        result: string;
        ms: number;
        resumed: boolean;
      };
      const { taken, status, result, ms, resumed } = answer;
      const said = `${taken ? 'taken' : 'not taken'}: ${status ?? result} after ${ms} ms${resumed ? '; resumed' : ''}\n`;
      cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : said);
      if (!taken) cli.exit(REFUSED);
    });
  common(webhook.command('replay'))
    .description('send one delivery again, or a period: what failed in it, or everything')
    .argument('<id>')
    .argument('[delivery]', 'number of one delivery')
    .option('--since <time>', 'such as 2026-11-22T08:00:00Z')
    .option('--until <time>', 'default: now')
    .option('--all', 'also what was delivered, and what found no room')
    .action(async (id: string, delivery: string | undefined, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const answer = await client.call(replayCall(id, delivery, optionsOf(command)));
      cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : saidOfReplay(answer as { queued?: number }));
    });
}

function replayCall(id: string, delivery: string | undefined, options: WebhookOptions): CallOptions {
  if (delivery !== undefined) {
    return { method: 'POST', path: `${pathOf(id)}/deliveries/${encodeURIComponent(delivery)}/replay` };
  }
  const { since, until, all } = options;
  if (since === undefined) throw new CliError(USAGE, 'name a delivery, or a period with --since');
  const body = { since, ...(until !== undefined && { until }), only: all === true ? 'all' : 'failed' };
  return { method: 'POST', path: `${pathOf(id)}/replay`, body };
}

function saidOfReplay({ queued }: { queued?: number }): string {
  return queued === undefined ? 'sent again, as it is found\n' : `${queued} sent again\n`;
}

function fieldsOf(command: Command): Record<string, unknown> {
  const { types, description, thin } = optionsOf(command) as WebhookOptions;
  return {
    ...(types !== undefined && { types: types.split(',').map((one) => one.trim()) }),
    ...(description !== undefined && { description }),
    ...(thin !== undefined && { thin }),
  };
}

async function showOne(call: CallOptions, command: Command, cli: Cli): Promise<void> {
  const answer = (await (await clientOf(command, cli)).call(call)) as Webhook;
  cli.io.out(optionsOf(command).json === true ? jsonLine(answer) : describe(answer));
}

function pathOf(id: string): string {
  return `/api/v1/webhooks/${encodeURIComponent(id)}`;
}

function webhookTable(webhooks: readonly Webhook[]): string {
  const rows = webhooks.map(({ id, customer, state, reason, health, url }) => [
    id,
    customer ?? '-',
    reason === null ? state : `${state} (${reason})`,
    String(health?.['waiting'] ?? '-'),
    String(health?.['failing_since'] ?? '-'),
    url,
  ]);
  const heads = ['id', 'customer', 'state', 'waiting', 'failing since', 'url'];
  return table(
    heads,
    rows.map((row) => row.map(printable)),
  );
}

function deliveryTable(deliveries: readonly Delivery[]): string {
  const rows = deliveries.map(({ id, occurred_at, type, state, attempts, next_attempt_at, event }) => {
    const last = attempts.at(-1);
    const answer = last === undefined ? '-' : `${last.status ?? last.result} ${last.ms} ms`;
    return [String(id), occurred_at, type, state, String(attempts.length), answer, next_attempt_at ?? '-', event];
  });
  const heads = ['id', 'happened', 'type', 'state', 'attempts', 'answer', 'next', 'event'];
  return table(
    heads,
    rows.map((row) => row.map(printable)),
  );
}

function describe(webhook: Webhook): string {
  const { id, customer, url, description, types, thin, signing, state, reason, since, health } = webhook;
  const secrets = webhook.secrets.map(
    ({ made_at, until, public_key }) =>
      `secret       of ${made_at}${until === null ? '' : ` until ${until}`}${public_key === undefined ? '' : ` ${public_key}`}`,
  );
  const lines = [
    `${id}  ${customer === null ? 'of the operator: events of all customers' : `for customer ${customer}`}`,
    `url          ${url}`,
    ...(description === '' ? [] : [`description  ${description}`]),
    `types        ${types.join(', ')}${thin ? ' (thin)' : ''}`,
    `signing      ${signing}`,
    ...secrets,
    `state        ${state}${reason === null ? '' : ` (${reason})`} since ${since}`,
    ...Object.entries(health ?? {}).map(([name, value]) => `${name.padEnd(13)}${value ?? '-'}`),
  ];
  return `${lines.map(printable).join('\n')}\n${secretLine(webhook)}`;
}

function secretLine({ secret, public_key }: { secret?: string; public_key?: string }): string {
  if (secret !== undefined) return `secret, shown this once: ${secret}\n`;
  return public_key === undefined ? '' : `public key: ${public_key}\n`;
}
