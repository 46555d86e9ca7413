import type { Command } from 'commander';
import { CliError, jsonLine, printable, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Entry, say, showEntries, showObject } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface ProtectionOptions extends CommonOptions {
  customer?: string;
  direction?: string;
  stream?: string;
  reason?: string;
  recipient?: string;
  note?: string;
  until?: string;
  list?: string;
  limit?: number;
}

type Value = string | number | boolean | null;

interface Settings {
  customer: string | null;
  direction: string;
  stream: string | null;
  settings: Record<string, { value: Value; origin: string; inherited: Value }>;
}

/** `protection`: settings by scope, and who is allowed or blocked. */
export function addProtection(program: Command, cli: Cli): void {
  const protection = program
    .command('protection')
    .description('how mail is protected: settings with where they come from, senders allowed and blocked');
  scoped(protection.command('show'), "whose (default: the operator's, for everybody)")
    .description('settings that hold, each with where it comes from')
    .action((_options: unknown, command: Command) => showSettings({}, command, cli));
  scoped(protection.command('set'), "whose (default: the operator's, for everybody)")
    .description('say something from now on, such as `set spam_quarantine=8 virus=quarantine`')
    .argument('<setting=value...>', 'a value as `show` writes it; `null` switches a step off')
    .option('--reason <text>', 'for the audit')
    .action((given: string[], _options: unknown, command: Command) =>
      showSettings({ set: Object.fromEntries(given.map(readSetting)) }, command, cli),
    );
  scoped(protection.command('reset'), "whose (default: the operator's, for everybody)")
    .description('no longer say it: it is inherited again')
    .argument('<setting...>')
    .option('--reason <text>', 'for the audit')
    .action((inherit: string[], _options: unknown, command: Command) => showSettings({ inherit }, command, cli));
  addSenderVerbs(protection, cli);
}

function scoped(command: Command, whose: string): Command {
  return common(command)
    .option('--customer <id>', whose)
    .option('--direction <direction>', 'inbound (default) or outbound')
    .option('--stream <name>', 'of one stream of the customer alone');
}

async function showSettings(change: object, command: Command, cli: Cli): Promise<void> {
  const { customer, direction = 'inbound', stream, reason, json } = optionsOf(command) as ProtectionOptions;
  const client = await clientOf(command, cli);
  const call = { path: '/api/v1/protection', query: { customer, direction, stream } };
  const body = { ...change, ...(reason !== undefined && { reason }) };
  const isRead = Object.keys(change).length === 0;
  const answer = await client.call(isRead ? call : { ...call, method: 'PATCH', body, ifMatch: '*' });
  cli.io.out(json === true ? jsonLine(answer) : describe(answer as Settings));
}

function describe({ customer, direction, stream, settings }: Settings): string {
  const whose = customer === null ? 'for everybody' : `for ${customer}${stream === null ? '' : `, stream ${stream}`}`;
  const rows = Object.entries(settings).map(([name, { value, origin, inherited }]) => [
    name,
    String(value),
    origin,
    String(inherited),
  ]);
  const heads = ['setting', 'value', 'from', 'without a word here'];
  return `${printable(`${direction} mail ${whose}`)}\n${table(
    heads,
    rows.map((row) => row.map(printable)),
  )}`;
}

/** `spam_tag=6`, `spam_tag=null`, `greylist=true`, `virus=reject`, `spam_subject=[spam]`. */
function readSetting(text: string): [string, Value] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new CliError(USAGE, `${text} is no setting=value`);
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  if (name === 'spam_subject') return [name, value];
  if (value === 'null') return [name, null];
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value];
}

const SENDER_FIELDS = ['id', 'customer', 'direction', 'list', 'sender', 'recipient', 'until', 'made_by', 'note'];

function addSenderVerbs(protection: Command, cli: Cli): void {
  common(protection.command('senders'))
    .description('senders that are allowed or blocked')
    .argument('[sender]', 'exactly this entry')
    .option('--customer <id>', 'of this customer (default: of all)')
    .option('--direction <direction>', 'inbound or outbound')
    .option('--list <list>', 'allow or block')
    .option('--limit <count>', 'entries at most (default: 100)', count(100_000))
    .action(async (sender: string | undefined, _options: unknown, command: Command) => {
      const { customer, direction, list, limit = 100 } = optionsOf(command) as ProtectionOptions;
      const call = { path: '/api/v1/listed-senders', query: { customer, direction, list, sender } };
      showEntries(cli, command, await listPages<Entry>(await clientOf(command, cli), call, limit), SENDER_FIELDS);
    });
  for (const [list, description] of [
    ['allow', 'its mail is never spam, where SPF or DKIM shows that it is its own'],
    ['block', 'its mail is refused'],
  ] as const) {
    common(protection.command(list))
      .description(description)
      .argument('<sender>', 'an address, `@example.lu`, or `@.example.lu` for all below too')
      .option('--customer <id>', 'for mail of this customer (default: of everybody)')
      .option('--direction <direction>', 'inbound (default) or outbound')
      .option('--recipient <address>', 'allowed for mail to this address alone')
      .option('--note <text>', 'for people')
      .option('--until <time>', 'the entry ends by itself, such as 2026-12-31T22:00:00Z')
      .option('--reason <text>', 'for the audit')
      .action(async (sender: string, _options: unknown, command: Command) => {
        const { customer, direction, recipient, note, until, reason } = optionsOf(command) as ProtectionOptions;
        const given = Object.entries({ customer, direction, recipient, note, until, reason });
        const body = { list, sender, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
        const client = await clientOf(command, cli);
        showObject(
          cli,
          command,
          (await client.call({ method: 'POST', path: '/api/v1/listed-senders', body })) as Entry,
        );
      });
  }
  common(protection.command('forget'))
    .description('take a sender off its list')
    .argument('<id>', 'as `senders` shows it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const path = `/api/v1/listed-senders/${encodeURIComponent(id)}`;
      const answer = (await client.call({ method: 'DELETE', path })) as Entry;
      say(cli, command, answer, `${String(answer['sender'])} is on no list any longer`);
    });
}
