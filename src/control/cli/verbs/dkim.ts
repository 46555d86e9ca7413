import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { DkimKeyView } from '../../dkim/key-rows.ts';
import type { Client } from '../client.ts';
import { CliError, jsonLine, printable, REFUSED, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

const PAGE = 1000;

interface DkimOptions extends CommonOptions {
  limit?: number;
  state?: string;
  stream?: string;
  algorithm?: string;
  selector?: string;
  published?: boolean;
}

/** `dkim` and its verbs: the keys that sign outbound mail, and their records. */
export function addDkim(program: Command, cli: Cli): void {
  const dkim = common(program.command('dkim')).description(
    'the keys that sign outbound mail, and the records to publish',
  );
  addReaders(dkim, cli);
  addWriters(dkim, cli);
  for (const verb of ['retire', 'remove'] as const) {
    common(dkim.command(verb))
      .description(
        verb === 'retire' ? 'sign no more with a key; its record has to stay' : 'forget a key that does not sign',
      )
      .argument('<domain>')
      .argument('<selector>')
      .action(async (domain: string, selector: string, _options: unknown, command: Command) => {
        const path = `${keyPath(domain, selector)}/${verb}`;
        const key = (await (await clientOf(command, cli)).call({ method: 'POST', path })) as DkimKeyView;
        if (optionsOf(command).json === true) cli.io.out(jsonLine(key));
        else cli.io.out(verb === 'remove' ? `removed ${key.record.name}\n` : describe(key));
      });
  }
}

function addReaders(dkim: Command, cli: Cli): void {
  common(dkim.command('list'))
    .description('keys with their state, all or those of a domain')
    .argument('[domain]')
    .option('--state <state>', 'waiting, active, retiring or retired')
    .option('--limit <n>', 'at most so many (default: 1000)', count(10_000_000))
    .action(async (domain: string | undefined, _options: unknown, command: Command) => list(domain, command, cli));
  common(dkim.command('show'))
    .description('one key, or all of a domain, with the records to publish')
    .argument('<domain>')
    .argument('[selector]')
    .action(async (domain: string, selector: string | undefined, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const keys =
        selector === undefined
          ? await listAll(client, { domain }, PAGE)
          : [(await client.call({ path: keyPath(domain, selector) })) as DkimKeyView];
      if (keys.length === 0) throw new CliError(REFUSED, `There is no key of ${domain}.`);
      tell(keys, command, cli);
    });
  common(dkim.command('check'))
    .description('look into DNS now: are the published records those of the keys')
    .argument('<domain>')
    .action(async (domain: string, _options: unknown, command: Command) => {
      const path = `/api/v1/dkim/domains/${encodeURIComponent(domain)}/check`;
      const answer = (await (await clientOf(command, cli)).call({ method: 'POST', path })) as {
        entries: DkimKeyView[];
      };
      if (answer.entries.length === 0) throw new CliError(REFUSED, `There is no key of ${domain}.`);
      tell(answer.entries, command, cli);
      if (answer.entries.some(({ fault, state }) => fault !== null && state !== 'retired')) cli.exit(REFUSED);
    });
}

function addWriters(dkim: Command, cli: Cli): void {
  const published = 'its record is published: sign at once, without a look into DNS';
  common(dkim.command('create'))
    .description('make a key, RSA and Ed25519 both unless one is named')
    .argument('<domain>')
    .option('--stream <name>', 'for the mail of this stream alone')
    .option('--algorithm <name>', 'rsa or ed25519 (default: both)')
    .option('--selector <name>', 'default: a new one with the day in it')
    .option('--published', published)
    .action(async (domain: string, _options: unknown, command: Command) => create(domain, command, cli));
  common(dkim.command('import'))
    .description('take over a key that was made elsewhere; the file holds PEM, or an Ed25519 key in base64')
    .argument('<domain>')
    .argument('<selector>')
    .argument('<file>', '- is standard input')
    .option('--stream <name>', 'for the mail of this stream alone')
    .option('--published', published)
    .action(async (...[domain, selector, file, _options, command]: [string, string, string, unknown, Command]) => {
      const { stream, published: now } = optionsOf(command) as DkimOptions;
      const body = { domain, selector, stream, published: now, private_key: readKeyFile(file) };
      const client = await clientOf(command, cli);
      tell([(await client.call({ method: 'POST', path: '/api/v1/dkim/import', body })) as DkimKeyView], command, cli);
    });
  common(dkim.command('rotate'))
    .description('make successors for the keys that sign; each takes over once its record is seen')
    .argument('<domain>')
    .option('--stream <name>', 'of this stream alone')
    .option('--published', published)
    .action(async (domain: string, _options: unknown, command: Command) => {
      const { stream, published: now } = optionsOf(command) as DkimOptions;
      const path = `/api/v1/dkim/domains/${encodeURIComponent(domain)}/rotate`;
      const call = { method: 'POST', path, body: { stream, published: now } } as const;
      tell(((await (await clientOf(command, cli)).call(call)) as { entries: DkimKeyView[] }).entries, command, cli);
    });
}

async function create(domain: string, command: Command, cli: Cli): Promise<void> {
  const { stream, algorithm, selector, published } = optionsOf(command) as DkimOptions;
  if (selector !== undefined && algorithm === undefined) {
    throw new CliError(USAGE, 'a selector has one key: name its --algorithm, rsa or ed25519');
  }
  const client = await clientOf(command, cli);
  const made: DkimKeyView[] = [];
  for (const one of algorithm === undefined ? ['rsa', 'ed25519'] : [algorithm]) {
    const body = { domain, stream, algorithm: one, selector, published };
    made.push((await client.call({ method: 'POST', path: '/api/v1/dkim/keys', body })) as DkimKeyView);
  }
  tell(made, command, cli);
}

async function list(domain: string | undefined, command: Command, cli: Cli): Promise<void> {
  const { json, state, limit = PAGE } = optionsOf(command) as DkimOptions;
  const keys = await listAll(await clientOf(command, cli), { domain, state }, limit);
  if (json === true) {
    for (const key of keys) cli.io.out(jsonLine(key));
    return;
  }
  const rows = keys.map((key) => [
    key.domain,
    key.selector,
    key.stream === '' ? '-' : key.stream,
    key.algorithm,
    key.state,
    key.keep_record_until ?? key.active_at ?? '-',
    key.fault ?? '-',
  ]);
  const heads = ['domain', 'selector', 'stream', 'algorithm', 'state', 'since / until', 'fault'];
  cli.io.out(
    table(
      heads,
      rows.map((row) => row.map(printable)),
    ),
  );
}

function listAll(client: Client, query: Record<string, string | undefined>, limit: number): Promise<DkimKeyView[]> {
  return listPages<DkimKeyView>(client, { path: '/api/v1/dkim/keys', query }, limit);
}

function tell(keys: readonly DkimKeyView[], command: Command, cli: Cli): void {
  if (optionsOf(command).json === true) for (const key of keys) cli.io.out(jsonLine(key));
  else cli.io.out(keys.map(describe).join('\n'));
}

function describe(key: DkimKeyView): string {
  const WORDS: Record<DkimKeyView['state'], string> = {
    waiting: 'waits for its record to be seen in DNS',
    active: `signs since ${key.active_at}`,
    retiring: `signs no more; keep its record until ${key.keep_record_until}`,
    retired: 'is retired; its record may go',
  };
  const stream = key.stream === '' ? '' : `, stream ${key.stream}`;
  const lines = [`${key.selector} of ${key.domain} (${key.algorithm}${stream}) ${WORDS[key.state]}`];
  if (key.fault !== null) lines.push(`DNS at ${key.checked_at}: ${key.fault}`);
  lines.push(key.record.zone_line);
  return `${lines.map(printable).join('\n')}\n`;
}

function keyPath(domain: string, selector: string): string {
  return `/api/v1/dkim/keys/${encodeURIComponent(domain)}/${encodeURIComponent(selector)}`;
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new CliError(REFUSED, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
