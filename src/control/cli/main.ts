// The command line. Every verb but `start`, `init` and `doctor` is a client of the relay's API; nothing of the relay is
// loaded for it.

import { Command, CommanderError } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { ProblemError } from './client.ts';
import { CliError, type CliIo, DONE, jsonLine, REFUSED, USAGE } from './io.ts';
import { type Cli, local } from './verb.ts';
import { addApply } from './verbs/apply.ts';
import { addAudit } from './verbs/audit.ts';
import { addBackup } from './verbs/backup.ts';
import { addCertificate } from './verbs/certificate.ts';
import { addCheck } from './verbs/check.ts';
import { addCustomer } from './verbs/customer.ts';
import { addDkim } from './verbs/dkim.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addDomain } from './verbs/domain.ts';
import { addDrain } from './verbs/drain.ts';
import { addExplain } from './verbs/explain.ts';
import { addExport } from './verbs/export.ts';
import { addFirewall } from './verbs/firewall.ts';
import { addGrant } from './verbs/grant.ts';
import { addGuide } from './verbs/guide.ts';
import { addImport } from './verbs/import.ts';
import { addInit } from './verbs/init.ts';
import { addKey } from './verbs/key.ts';
import { addLink } from './verbs/link.ts';
import { addMailHost } from './verbs/mailhost.ts';
import { addNotice } from './verbs/notice.ts';
import { addPool } from './verbs/pool.ts';
import { addPrivacy } from './verbs/privacy.ts';
import { addProtection } from './verbs/protection.ts';
import { addQuarantine } from './verbs/quarantine.ts';
import { addQueue } from './verbs/queue.ts';
import { addRestore } from './verbs/restore.ts';
import { addRule } from './verbs/rule.ts';
import { addSender } from './verbs/sender.ts';
import { addSession } from './verbs/session.ts';
import { addSettings } from './verbs/settings.ts';
import { addSource } from './verbs/source.ts';
import { addStatus } from './verbs/status.ts';
import { addSuppression } from './verbs/suppression.ts';
import { addTermination } from './verbs/termination.ts';
import { addTrace } from './verbs/trace.ts';
import { addUser } from './verbs/user.ts';
import { addWebhook } from './verbs/webhook.ts';

const processIo: CliIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isTerminal: process.stderr.isTTY,
};

/** Verbs in the order of the help, under its headings. */
const VERBS: Readonly<Record<string, readonly ((program: Command, cli: Cli) => void)[]>> = {
  'The relay:': [addInit, addStart, addStatus, addDoctor, addSettings, addDrain, addBackup, addRestore],
  'Mail:': [addQueue, addTrace, addExplain, addQuarantine, addSuppression],
  'Customers:': [
    addApply,
    addExport,
    addImport,
    addCustomer,
    addLink,
    addDomain,
    addSource,
    addMailHost,
    addGrant,
    addCheck,
    addGuide,
    addFirewall,
    addNotice,
    addTermination,
    addCertificate,
  ],
  'Sending:': [addPool, addDkim],
  'Protection:': [addProtection, addRule, addSender],
  'People, programs, data:': [addUser, addSession, addKey, addWebhook, addAudit, addPrivacy],
};

/** Runs a verb with its arguments; answers the exit code: 0 done, 1 refused or not found, 2 usage. Never rejects. */
export async function runCli(argv: readonly string[], io: CliIo = processIo): Promise<number> {
  // Whoever reads our output may stop reading, as `head` does.
  process.stdout.once('error', () => process.exit(DONE));
  let exitCode = DONE;
  const program = createProgram({
    io,
    exit: (code) => {
      exitCode = code;
    },
  });
  if (argv.length === 0) {
    io.err(program.helpInformation());
    return USAGE;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, io, argv.includes('--json'));
  }
}

/** All verbs with their options. */
export function createProgram(cli: Cli): Command {
  const program = new Command('easymail')
    .description('A mail relay for customers who keep their own mail servers.')
    .version(packageJson.version, '-V, --version', 'show the version')
    .addHelpText(
      'after',
      '\nEach verb has a --help of its own. Exit codes: 0 done, 1 refused or not found, 2 usage.\n' +
        'Without --config or EASYMAIL_CONFIG, ./easymail.toml is meant; without that, the sandbox.',
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => cli.io.out(text), writeErr: (text) => cli.io.err(text) })
    .showHelpAfterError('(--help says more)');
  for (const [heading, verbs] of Object.entries(VERBS)) {
    program.commandsGroup(heading);
    for (const add of verbs) add(program, cli);
  }
  return program;
}

/** `start` is main's own; here it is only described. */
function addStart(program: Command): void {
  local(program.command('start'))
    .description('run the relay until SIGTERM; SIGHUP reads configuration and certificates again')
    .action(() => {
      throw new CliError(USAGE, 'start is run by bin/easymail start');
    });
}

function report(error: unknown, io: CliIo, json: boolean): number {
  // Commander has written its message already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
  if (!(error instanceof CliError)) {
    io.err(`easymail: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return REFUSED;
  }
  if (json && error instanceof ProblemError) io.out(jsonLine({ error: error.problem }));
  io.err(`easymail: ${error.message}\n`);
  if (error instanceof ProblemError) {
    for (const { field, line, message } of error.problem.errors ?? []) {
      io.err(`  ${line === undefined ? '' : `line ${line}: `}${field} ${message}\n`);
    }
  }
  return error.exitCode;
}
