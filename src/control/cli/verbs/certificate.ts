import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError, USAGE } from '../io.ts';
import { type Cli, type CommonOptions, clientOf, common, optionsOf } from '../verb.ts';

interface CertificateOptions extends CommonOptions {
  pdf?: string;
}

/** `certificate`: the certificate of a customer's removal. */
export function addCertificate(program: Command, cli: Cli): void {
  common(program.command('certificate'))
    .description("the certificate of a customer's removal, as signed JSON; with --pdf the paper")
    .argument('<customer>')
    .option('--pdf <file>', 'write the PDF to this file')
    .action(async (customer: string, _options: unknown, command: Command) => {
      const { pdf, json } = optionsOf(command) as CertificateOptions;
      const client = await clientOf(command, cli);
      const path = `/api/v1/customers/${encodeURIComponent(customer)}/certificate`;
      if (pdf === undefined) {
        const signed = await client.call({ path });
        cli.io.out(`${json === true ? JSON.stringify(signed) : JSON.stringify(signed, null, 2)}\n`);
        return;
      }
      write(pdf, (await client.call({ path, query: { format: 'pdf' } })) as Uint8Array);
    });
}

function write(file: string, octets: Uint8Array): void {
  try {
    writeFileSync(file, octets);
  } catch (error) {
    throw new CliError(USAGE, `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
