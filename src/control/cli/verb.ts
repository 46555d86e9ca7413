// What all verbs have in common: `--config`, `--json`, and how an error ends them.

import { type Command, InvalidArgumentError } from 'commander';
import { type Client, openClient } from './client.ts';
import type { CliIo } from './io.ts';

export interface CommonOptions {
  config?: string;
  url?: string;
  keyFile?: string;
  json?: boolean;
}

export interface Cli {
  io: CliIo;
  /** Ends the command with this code, once the verb has returned. */
  exit(code: number): void;
}

/** Adds the option of every verb that means a relay of this machine. */
export function local(command: Command): Command {
  return command.option(
    '--config <file>',
    'configuration file (default: EASYMAIL_CONFIG, ./easymail.toml, the sandbox)',
  );
}

/** Adds the options that every client of a relay has. */
export function common(command: Command): Command {
  return local(command)
    .option('--url <url>', 'a relay elsewhere, such as https://relay.example.lu (default: EASYMAIL_URL)')
    .option('--key-file <file>', 'file with the API key for --url (default: EASYMAIL_KEY_FILE)')
    .option('--json', 'machine-readable output, one object a line');
}

/** The relay that the command means; options may stand before or behind the name of a sub-verb. */
export function clientOf(command: Command, { io }: Cli): Promise<Client> {
  const { config, url, keyFile } = optionsOf(command);
  return openClient(
    {
      ...(config !== undefined && { config }),
      ...(url !== undefined && { url }),
      ...(keyFile !== undefined && { keyFile }),
    },
    io,
  );
}

/** Options of a command and of the verb above it. */
export function optionsOf(command: Command): CommonOptions {
  return command.optsWithGlobals();
}

/** A whole number within limits, for the parser of an option. */
export function count(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return value;
  };
}
