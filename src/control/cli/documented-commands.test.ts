// Commands that the documentation names are there, with their verbs and options: runbooks are followed word by word.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from './main.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGES = ['README.md', ...globSync(['docs/*.md', 'docs/runbooks/*.md'], { cwd: ROOT })];

/** `easymail …` at the beginning of a line or of words in backticks, to their end. */
const COMMANDS = /(?:^|`)(?:bin\/)?easymail ([a-z][^`\n]*)/gm;

/** What is wrong with a command as it is written; `add|remove` means both, what stands in capitals is anything. */
function faultOf(program: Command, written: string): string | undefined {
  const [words = ''] = written.replaceAll('\\|', '|').split(/ #| {2,}|; /);
  let commands: Command[] = [program];
  for (const word of words.split(/[\s[\]]+/).filter((one) => one !== '')) {
    const option = /^--?[a-z][a-z-]*/.exec(word)?.[0];
    if (option !== undefined) {
      const isKnown = commands.some((one) => [...optionsOf(one), '--help', '--version'].includes(option));
      if (!isKnown) return `no option ${option}`;
      continue;
    }
    const names = word.split('|');
    const below = commands.flatMap((one) => one.commands.filter((verb) => names.includes(verb.name())));
    if (below.length > 0) commands = below;
    else if (commands.every((one) => one.commands.length > 0 && one.registeredArguments.length === 0)) {
      return /^[a-z]+$/.test(word) ? `no verb ${word}` : undefined;
    }
  }
  return undefined;
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long, short }) => [long, short].filter((name) => typeof name === 'string'));
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

test('every command of README, documentation and runbooks', () => {
  const program = createProgram({ io: { out: () => {}, err: () => {}, env: {} }, exit: () => {} });
  const commands = PAGES.flatMap((page) =>
    [...readFileSync(resolve(ROOT, page), 'utf8').matchAll(COMMANDS)].map(([, written = '']) => ({ page, written })),
  );
  assert.ok(commands.length > 100, `only ${commands.length} were found`);
  const faults = commands.flatMap(({ page, written }) => {
    const fault = faultOf(program, written);
    return fault === undefined ? [] : [`${page}: easymail ${written}: ${fault}`];
  });
  assert.deepEqual(faults, []);
  for (const wrong of ['queue lst', 'queue list --hold x', 'pool check --colour']) {
    assert.notEqual(faultOf(program, wrong), undefined, wrong);
  }
});
