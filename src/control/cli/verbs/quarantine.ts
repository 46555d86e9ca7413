import type { Command } from 'commander';
import { CliError, jsonLine, printable, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Entry, say, showEntries, showObject } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface QuarantineOptions extends CommonOptions {
  limit?: number;
  language?: string;
  to?: string[];
  allow?: boolean;
  all?: boolean;
  yes?: boolean;
  reason?: string;
  customer?: string;
  message?: string;
}

interface Bulk {
  done: boolean;
  messages: number;
  recipients: number;
  skipped: { virus: number; operator: number };
  more: boolean;
  sample: Entry[];
}

const TERMS = ['id', 'customer', 'direction', 'from', 'to', 'reason', 'since', 'before'];
const TERMS_HELP = `terms: ${TERMS.map((term) => `${term}:…`).join(' ')}; from: and to: take an address or @domain, since: and before: a time`;
const ID = /^[0-9a-z]{16,32}$/;
const MOST = 1_000_000;
const PATH = '/api/v1/quarantine';

/** `quarantine` and its verbs: mail that is held for what it holds. */
export function addQuarantine(program: Command, cli: Cli): void {
  const quarantine = program.command('quarantine').description('mail that is held for what it holds');
  addReaders(quarantine, cli);
  addWriters(quarantine, cli);
}

function addReaders(quarantine: Command, cli: Cli): void {
  common(quarantine.command('list'))
    .description(`messages, the newest first; ${TERMS_HELP}`)
    .argument('[terms...]')
    .option('--limit <n>', 'at most so many (default: 100)', count(MOST))
    .option('--language <tag>', 'language of the reasons: en, de or fr')
    .action(async (terms: string[], _options: unknown, command: Command) => list(terms, command, cli));
  common(quarantine.command('show'))
    .description('one message: why it is held, what the checks said, who did what')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const message = (await (await clientOf(command, cli)).call({ path: pathOf(id) })) as Entry;
      showObject(cli, command, message);
    });
  common(quarantine.command('preview'))
    .description('header and text of a message, without anything that acts; written down for the customer')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why; the customer sees it')
    .action(async (id: string, _options: unknown, command: Command) => preview(id, command, cli));
  common(quarantine.command('acts'))
    .description('who did what, the newest first')
    .option('--customer <id>', 'of this customer only')
    .option('--message <id>', 'about this message only')
    .option('--limit <n>', 'at most so many (default: 100)', count(MOST))
    .action(async (_options: unknown, command: Command) => {
      const { customer, message, limit = 100 } = optionsOf(command) as QuarantineOptions;
      const call = { path: `${PATH}/acts`, query: { customer, message } };
      const acts = await listPages<Entry>(await clientOf(command, cli), call, limit);
      showEntries(cli, command, acts, ['at', 'who', 'action', 'message', 'customer', 'recipients', 'reason']);
    });
}

function addWriters(quarantine: Command, cli: Cli): void {
  const many = (name: string, description: string) =>
    common(quarantine.command(name))
      .description(`${description}; an id, or ${TERMS_HELP}`)
      .argument('<terms...>')
      .option('--yes', 'do it to all that the terms mean; else it is told what would be done')
      .option('--reason <text>', 'why, for the audit');
  many('release', 'let messages go on; they are not scanned again')
    .option('--to <address...>', 'of one message: to these recipients alone')
    .option('--allow', 'of one message: its sender is never spam from now on')
    .action(async (terms: string[], _options: unknown, command: Command) => {
      const { to, allow } = optionsOf(command) as QuarantineOptions;
      const one = terms.length === 1 && ID.test(terms[0] ?? '');
      if (!one && (to !== undefined || allow === true)) throw new CliError(USAGE, '--to and --allow need one id');
      if (!one) return change('release', terms, command, cli);
      const body = { ...(to !== undefined && { recipients: to }), ...(allow === true && { allow }) };
      return changeOne('release', terms[0] ?? '', { command, body, cli });
    });
  many('delete', 'take messages out for good; their senders are told nothing').action(
    async (terms: string[], _options: unknown, command: Command) => {
      const one = terms.length === 1 && ID.test(terms[0] ?? '');
      return one
        ? changeOne('delete', terms[0] ?? '', { command, body: {}, cli })
        : change('delete', terms, command, cli);
    },
  );
  common(quarantine.command('report'))
    .description('say what a message is: the spam scanners learn it')
    .argument('<id>')
    .argument('<what>', 'spam, or ham for what is none')
    .option('--reason <text>', 'why, for the audit')
    .action(async (id: string, what: string, _options: unknown, command: Command) => {
      await changeOne('report', id, { command, body: { as: what }, cli });
    });
  common(quarantine.command('release-virus'))
    .description('be one of the two users of the operator who release mail with a virus (with --url and your session)')
    .argument('<id>')
    .requiredOption('--reason <text>', 'why, for the audit')
    .action(async (id: string, _options: unknown, command: Command) => {
      await changeOne('release-virus', id, { command, body: {}, cli });
    });
}

async function list(terms: string[], command: Command, cli: Cli): Promise<void> {
  const { limit = 100, language } = optionsOf(command) as QuarantineOptions;
  const call = { path: PATH, query: { ...parseTerms(terms), language } };
  const messages = await listPages<Entry>(await clientOf(command, cli), call, limit);
  if (optionsOf(command).json === true) {
    for (const message of messages) cli.io.out(jsonLine(message));
    return;
  }
  showMessages(cli, command, messages);
}

function showMessages(cli: Cli, command: Command, messages: readonly Entry[]): void {
  const shown = messages.map(({ words, to, header_from: headerFrom, from, ...message }) => ({
    ...message,
    from: headerFrom ?? from,
    to: (to as string[]).slice(0, 2).join(', '),
    why: (words as string[]).join('. '),
  }));
  showEntries(cli, command, shown, ['id', 'customer', 'accepted_at', 'from', 'to', 'recipients', 'subject', 'why']);
}

async function preview(id: string, command: Command, cli: Cli): Promise<void> {
  const { reason, json } = optionsOf(command) as QuarantineOptions;
  const call = { method: 'POST', path: `${pathOf(id)}/preview`, body: { reason } } as const;
  const shown = (await (await clientOf(command, cli)).call(call)) as {
    headers: { name: string; value: string }[];
    text: string;
    parts: { name: string; type: string; size: number }[];
  };
  if (json === true) return cli.io.out(jsonLine(shown));
  const lines = [
    ...shown.headers.map(({ name, value }) => `${printable(name)}: ${printable(value)}`),
    '',
    ...shown.text.split('\n').map(printable),
    '',
    ...shown.parts.map(({ name, type, size }) => `[${printable(name || type)}, ${size} octets]`),
  ];
  return cli.io.out(`${lines.join('\n')}\n`);
}

async function changeOne(
  verb: string,
  id: string,
  { command, body, cli }: { command: Command; body: Entry; cli: Cli },
): Promise<void> {
  const { reason } = optionsOf(command) as QuarantineOptions;
  const call = { method: 'POST', path: `${pathOf(id)}/${verb}`, body: { ...body, reason } } as const;
  const answer = (await (await clientOf(command, cli)).call(call)) as Entry;
  const told = Object.entries(answer).map(([name, value]) => `${name} ${String(value)}`);
  say(cli, command, answer, `${id}: ${told.join(', ')}`);
}

async function change(action: string, terms: string[], command: Command, cli: Cli): Promise<void> {
  const { yes, reason, json } = optionsOf(command) as QuarantineOptions;
  const body = { query: parseTerms(terms), action, dry_run: yes !== true, reason };
  const client = await clientOf(command, cli);
  const answer = (await client.call({ method: 'POST', path: `${PATH}/bulk`, body })) as Bulk;
  if (json === true) return cli.io.out(jsonLine(answer));
  if (!answer.done && answer.sample.length > 0) showMessages(cli, command, answer.sample);
  const { messages, recipients, skipped, more } = answer;
  const left = [
    skipped.virus > 0 ? `${skipped.virus} with a virus left alone` : '',
    skipped.operator > 0 ? `${skipped.operator} left to the operator` : '',
    more ? 'there are more: ask again' : '',
    answer.done ? '' : 'nothing was done; add --yes',
  ].filter((text) => text !== '');
  return cli.io.out(
    `${action}: ${messages} message(s) to ${recipients} recipient(s); ${left.join('; ')}\n`.replace(/; \n$/, '\n'),
  );
}

/** `customer:acme from:@shop.test`; an id alone may stand without its name. */
function parseTerms(terms: readonly string[]): Record<string, string> {
  const query: Record<string, string> = {};
  for (const term of terms) {
    const colon = term.indexOf(':');
    const name = colon < 0 && ID.test(term) ? 'id' : term.slice(0, Math.max(colon, 0));
    if (!TERMS.includes(name)) throw new CliError(USAGE, `"${term}" is no term; ${TERMS_HELP}`);
    if (query[name] !== undefined) throw new CliError(USAGE, `${name}: is given twice`);
    query[name] = term.slice(colon + 1);
  }
  return query;
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
