import type { Command } from 'commander';
import { jsonLine } from '../io.ts';
import { type Cli, clientOf, common, optionsOf } from '../verb.ts';

/** `drain`: no new mail, what is queued goes out, then the relay ends. What is held stays. */
export function addDrain(program: Command, cli: Cli): void {
  common(program.command('drain'))
    .description('take no new mail and empty the queue')
    .action(async (_options: unknown, command: Command) => {
      const client = await clientOf(command, cli);
      const counts = (await client.call({ method: 'POST', path: '/api/v1/drain' })) as Record<string, number>;
      if (optionsOf(command).json === true) cli.io.out(jsonLine(counts));
      else {
        const { queued = 0, deferred = 0, held = 0, quarantined = 0 } = counts;
        cli.io.out(
          `no new mail is taken; the relay ends once these are out: ${queued} queued, ${deferred} deferred\n` +
            `stays in the queue until it is released: ${held} held, ${quarantined} quarantined\n`,
        );
      }
    });
}
