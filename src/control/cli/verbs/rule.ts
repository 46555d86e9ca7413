import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CallOptions } from '../client.ts';
import { CliError, jsonLine, printable, table, USAGE } from '../io.ts';
import { listPages } from '../pages.ts';
import { type Entry, say, showEntries, showObject } from '../shown.ts';
import { type Cli, type CommonOptions, clientOf, common, count, optionsOf } from '../verb.ts';

interface RuleOptions extends CommonOptions {
  customer?: string;
  of?: string;
  limit?: number;
  position?: number;
  reason?: string;
  off?: boolean;
  direction?: string;
  stream?: string;
  from?: string;
  to?: string[];
  rule?: string;
}

interface Rule {
  id: string;
  customer: string | null;
  position: number;
  name: string;
  enabled: boolean;
  conditions: { on: string; not?: true }[];
  actions: { do: string }[];
  last: boolean;
}

/** `rule`: the content filter. */
export function addRule(program: Command, cli: Cli): void {
  const rule = program.command('rule').description('rules of the content filter (docs/content-rules.md)');
  addReaders(rule, cli);
  addWriters(rule, cli);
  addSetVerbs(rule, cli);
  addTest(rule, cli);
}

function addReaders(rule: Command, cli: Cli): void {
  common(rule.command('list'))
    .description('rules in the order in which they run')
    .option('--customer <id>', 'of this customer (default: of all)')
    .option('--of <owner>', '`operator`: the operator’s own alone')
    .option('--limit <count>', 'rules at most (default: 1000)', count(100_000))
    .action(async (_options: unknown, command: Command) => {
      const { customer, of, limit = 1000, json } = optionsOf(command) as RuleOptions;
      const call = { path: '/api/v1/rules', query: { customer, of } };
      const rules = await listPages<Rule>(await clientOf(command, cli), call, limit);
      cli.io.out(json === true ? rules.map(jsonLine).join('') : ruleTable(rules));
    });
  common(rule.command('show'))
    .description('one rule; with --json as `set` reads it')
    .argument('<id>')
    .action((id: string, _options: unknown, command: Command) => showOne({ path: pathOf(id) }, command, cli));
}

function addWriters(rule: Command, cli: Cli): void {
  common(rule.command('add'))
    .description('make a rule from a file with JSON: name, conditions, actions')
    .argument('<file>', '`-` reads the standard input')
    .option('--customer <id>', 'for mail of this customer (default: of everybody)')
    .option('--position <place>', 'from 1 (default: behind the others)', count(1000))
    .option('--reason <text>', 'for the audit')
    .action((file: string, _options: unknown, command: Command) => {
      const { customer, position, reason } = optionsOf(command) as RuleOptions;
      const body = { ...ruleIn(file), ...given({ customer, position, reason }) };
      return showOne({ method: 'POST', path: '/api/v1/rules', body }, command, cli);
    });
  common(rule.command('set'))
    .description('change what a file with JSON says: name, conditions, actions, enabled, last')
    .argument('<id>')
    .argument('<file>', '`-` reads the standard input')
    .option('--reason <text>', 'for the audit')
    .action((id: string, file: string, _options: unknown, command: Command) => {
      const { reason } = optionsOf(command) as RuleOptions;
      return change(id, { ...ruleIn(file), ...given({ reason }) }, { command, cli });
    });
  common(rule.command('move'))
    .description('run it at another place')
    .argument('<id>')
    .argument('<place>', 'from 1', count(1000))
    .action((id: string, position: number, _options: unknown, command: Command) =>
      change(id, { position }, { command, cli }),
    );
  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    common(rule.command(verb))
      .description(enabled ? 'switch it on' : 'switch it off; it stays')
      .argument('<id>')
      .action((id: string, _options: unknown, command: Command) => change(id, { enabled }, { command, cli }));
  }
  common(rule.command('remove'))
    .description('take it away')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const answer = await client.call({ method: 'DELETE', path: pathOf(id), ifMatch: '*' });
      say(cli, command, answer, `rule ${id} removed`);
    });
}

function addSetVerbs(rule: Command, cli: Cli): void {
  common(rule.command('sets'))
    .description('ready-made sets of rules')
    .action(async (_options: unknown, command: Command) => {
      const { entries } = (await (await clientOf(command, cli)).call({ path: '/api/v1/rule-sets' })) as {
        entries: Entry[];
      };
      showEntries(cli, command, entries, ['set', 'title', 'describes']);
    });
  common(rule.command('adopt'))
    .description('take the rules of a ready-made set over')
    .argument('<set>', 'as `sets` shows it')
    .option('--customer <id>', 'for mail of this customer (default: of everybody)')
    .option('--off', 'they are off at first')
    .option('--reason <text>', 'for the audit')
    .action(async (set: string, _options: unknown, command: Command) => {
      const { customer, off, reason, json } = optionsOf(command) as RuleOptions;
      const body = { ...given({ customer, reason }), enabled: off !== true };
      const path = `/api/v1/rule-sets/${encodeURIComponent(set)}/adopt`;
      const answer = (await (await clientOf(command, cli)).call({ method: 'POST', path, body })) as { entries: Rule[] };
      cli.io.out(json === true ? answer.entries.map(jsonLine).join('') : ruleTable(answer.entries));
    });
}

interface Tried {
  matches: { rule: string | null; name: string; of: string; enabled: boolean; parts: string[]; actions: string[] }[];
  verdict: string;
  note: string | null;
  parts: number;
  found: { path: string; traits: string[] }[];
  faults: { kind: string; where: string }[];
  limit: string | null;
}

function addTest(rule: Command, cli: Cli): void {
  common(rule.command('test'))
    .description('which rules a message would meet; it goes nowhere')
    .argument('<file>', 'the message; `-` reads the standard input')
    .requiredOption('--to <address...>', 'recipients')
    .option('--from <address>', 'envelope sender (default: the null sender)')
    .option('--customer <id>', "whose mail (default: the operator's rules alone)")
    .option('--direction <direction>', 'inbound (default) or outbound')
    .option('--stream <name>', 'default: business')
    .option('--rule <file>', 'try this rule too, a file with JSON, before it is kept')
    .option('--off', 'ask rules that are off too')
    .action(async (file: string, _options: unknown, command: Command) => {
      const {
        customer,
        direction = 'inbound',
        stream,
        from,
        to,
        rule: draft,
        off,
        json,
      } = optionsOf(command) as RuleOptions;
      const body = {
        ...given({ customer, stream, off }),
        direction,
        sender: from ?? '<>',
        recipients: to,
        message: read(file).toString('base64'),
        ...(draft !== undefined && { draft: ruleIn(draft) }),
      };
      const client = await clientOf(command, cli);
      const answer = (await client.call({ method: 'POST', path: '/api/v1/rules/test', body })) as Tried;
      cli.io.out(json === true ? jsonLine(answer) : describeTried(answer));
    });
}

function describeTried({ matches, verdict, note, parts, found, faults, limit }: Tried): string {
  const lines = [
    `verdict  ${verdict}${note === null ? '' : ` (${note})`}`,
    `parts    ${parts}${limit === null ? '' : `; not all was looked at: ${limit}`}`,
    ...found.map(({ path, traits }) => `found    ${path}: ${traits.join(', ')}`),
    ...faults.map(({ kind, where }) => `fault    ${kind}: ${where}`),
    ...(matches.length === 0 ? ['no rule is met'] : []),
  ];
  const rows = matches.map(({ rule, name, of, enabled, parts: met, actions }) => [
    rule ?? '-',
    of,
    enabled ? 'on' : 'off',
    name,
    actions.join(', '),
    met.join('; ') || '-',
  ]);
  const met =
    rows.length === 0
      ? ''
      : table(
          ['rule', 'of', 'is', 'name', 'does', 'for'],
          rows.map((row) => row.map(printable)),
        );
  return `${lines.map(printable).join('\n')}\n${met}`;
}

function ruleTable(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, customer, position, name, enabled, conditions, actions }) => [
    customer ?? '-',
    String(position),
    id,
    enabled ? 'on' : 'off',
    name,
    conditions.map(({ on, not }) => (not === true ? `not ${on}` : on)).join(', ') || '-',
    actions.map((action) => action.do).join(', '),
  ]);
  const heads = ['customer', 'place', 'id', 'is', 'name', 'asks', 'does'];
  return table(
    heads,
    rows.map((row) => row.map(printable)),
  );
}

function change(id: string, body: object, { command, cli }: { command: Command; cli: Cli }): Promise<void> {
  return showOne({ method: 'PATCH', path: pathOf(id), body, ifMatch: '*' }, command, cli);
}

async function showOne(call: CallOptions, command: Command, cli: Cli): Promise<void> {
  showObject(cli, command, (await (await clientOf(command, cli)).call(call)) as Entry);
}

function pathOf(id: string): string {
  return `/api/v1/rules/${encodeURIComponent(id)}`;
}

function given(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** What `show` says besides is the relay's: it is left out, so that a rule that was shown can be changed and set. */
const OF_PEOPLE = ['name', 'conditions', 'actions', 'enabled', 'last'];

function ruleIn(file: string): Record<string, unknown> {
  const text = read(file).toString('utf8');
  let rule: unknown;
  try {
    rule = JSON.parse(text);
  } catch (error) {
    throw new CliError(USAGE, `${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof rule !== 'object' || rule === null) throw new CliError(USAGE, `${file} holds no rule`);
  const shown = 'changed_by' in rule;
  return Object.fromEntries(Object.entries(rule).filter(([name]) => !shown || OF_PEOPLE.includes(name)));
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
