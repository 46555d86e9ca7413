import type { Command } from 'commander';
import { jsonLine, table } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface GuideOptions extends CommonOptions {
  language?: string;
}

interface Guide {
  title: string;
  intro: string;
  sections: { heading: string; steps: { text: string; block?: { file?: string; content: string } }[] }[];
}

/** `guide`: the settings of a customer's own mail server, with its values. */
export function addGuide(program: Command, cli: Cli): void {
  common(program.command('guide'))
    .description("settings for a customer's own mail server, with its values")
    .argument('<customer>')
    .argument('[server]', 'such as postfix; without it: which there are')
    .option('--language <language>', "en, de or fr (default: the customer's own)")
    .action(async (customer: string, server: string | undefined, _options: unknown, command: Command) => {
      const { json, language } = optionsOf(command) as GuideOptions;
      const client = await clientOf(command, cli);
      const path = `/api/v1/customers/${encodeURIComponent(customer)}/guides`;
      if (server === undefined) {
        const { entries } = (await client.call({ path })) as { entries: { server: string; name: string }[] };
        if (json === true) for (const entry of entries) cli.io.out(jsonLine(entry));
        else
          cli.io.out(
            table(
              ['server', 'name'],
              entries.map((entry) => [entry.server, entry.name]),
            ),
          );
        return;
      }
      const query = { language };
      const guide = (await client.call({ path: `${path}/${encodeURIComponent(server)}`, query })) as Guide;
      cli.io.out(json === true ? jsonLine(guide) : describe(guide));
    });
}

/** For a terminal: blocks are indented, so that they are told from the sentences. */
function describe({ title, intro, sections }: Guide): string {
  const parts = [title, intro];
  for (const { heading, steps } of sections) {
    parts.push(heading.toUpperCase());
    for (const { text, block } of steps) {
      parts.push(text);
      if (block !== undefined) parts.push(block.content.trimEnd().replaceAll(/^/gm, '    '));
    }
  }
  return `${parts.map(printableLines).join('\n\n')}\n`;
}

/** Control characters other than the ends of lines must not reach a terminal. */
function printableLines(text: string): string {
  return text.replaceAll(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '?');
}
