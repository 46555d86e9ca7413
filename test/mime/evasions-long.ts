// Every mail of the evasion set, taken apart and given to a real clamd that knows EICAR only at the very begin of a file:
// how many are found, and how many are refused, by technique. Those that would pass are named. `node test/mime/evasions-long.ts`

import { connect } from 'node:net';
import { CONTENT_LIMITS } from '../../src/mail/inspect/content/limits.ts';
import { takeApart } from '../../src/mail/inspect/content/take-apart.ts';
import type { TakenApart } from '../../src/mail/inspect/content/taken-apart.ts';
import { EICAR, startClamd } from '../support/clamd.ts';
import { wrappedContent, wrappedNames } from '../support/mime-evasions/all-files.ts';
import { combinedContent } from '../support/mime-evasions/combinations.ts';
import { hiddenContent } from '../support/mime-evasions/hidden-content.ts';
import { hiddenNames } from '../support/mime-evasions/hidden-names.ts';
import type { Evasion } from '../support/mime-evasions/mail.ts';
import { rareNames, rarePlaces } from '../support/mime-evasions/more-ways.ts';
import { oddFileContent, oddFileNames } from '../support/mime-evasions/odd-files.ts';
import { temporaryFolder } from '../support/temp.ts';

const KEPT = new Set<string>(['bomb', 'too-deep', 'unopened']);

type Outcome = 'whole' | 'apart' | 'named' | 'refused' | 'passes';

async function isVirus(socket: string, octets: Uint8Array): Promise<boolean> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(octets.length);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const connection = connect({ path: socket });
    connection.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    connection.on('end', () => resolve(text)).on('error', reject);
    connection.write(Buffer.concat([Buffer.from('zINSTREAM\0'), length, octets, Buffer.alloc(4)]));
  });
  return answer.includes('FOUND');
}

async function foundBy(socket: string, content: Buffer, { hidden }: TakenApart): Promise<Outcome | undefined> {
  if (await isVirus(socket, content)) return 'whole';
  for (const { bytes } of hidden) if (bytes.length > 0 && (await isVirus(socket, bytes))) return 'apart';
  return undefined;
}

async function judge(socket: string, { content }: Evasion, by: 'virus' | 'name'): Promise<Outcome> {
  const taken = takeApart(content, CONTENT_LIMITS);
  const named = taken.parts.some(({ names }) => names.some((name) => /\.exe$/i.test(name)));
  if (by === 'name' && named) return 'named';
  const found = by === 'virus' ? await foundBy(socket, content, taken) : undefined;
  if (found !== undefined) return found;
  const kept = taken.parts.some(({ traits }) => traits.some((trait) => KEPT.has(trait)));
  return kept || taken.faults.length > 0 || taken.limit !== undefined ? 'refused' : 'passes';
}

const signature = `Eicar-Test-Signature:0:0:${Buffer.from(EICAR).toString('hex')}`;
const folder = temporaryFolder('evasions-long');
process.on('exit', () => folder.remove());
await using clamd = await startClamd({ folder: folder.path, eicar: false, signatures: [signature] });
const table = new Map<string, Map<Outcome, number>>();
const virus = [hiddenContent(), oddFileContent(), wrappedContent(), rarePlaces(), combinedContent()].flat();
const names = [
  hiddenNames('evil.exe'),
  oddFileNames('evil.exe'),
  wrappedNames('evil.exe'),
  rareNames('evil.exe'),
].flat();
for (const [by, mails] of [
  ['virus', virus],
  ['name', names],
] as const) {
  for (const mail of mails) {
    const outcome = await judge(clamd.socket, mail, by);
    const [technique = ''] = mail.id.replace('odd file: ', 'file, ').split(':');
    const counts = table.get(`${by}: ${technique}`) ?? new Map<Outcome, number>();
    table.set(`${by}: ${technique}`, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
    if (outcome === 'passes') process.stdout.write(`passes: ${by}, ${mail.id}\n`);
  }
}
const sum = new Map<string, number>();
for (const [technique, counts] of table) {
  for (const [outcome, count] of counts) sum.set(outcome, (sum.get(outcome) ?? 0) + count);
  process.stdout.write(`${technique}: ${[...counts].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}\n`);
}
process.stdout.write(
  `all ${virus.length + names.length}: ${[...sum].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}\n`,
);
