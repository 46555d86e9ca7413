// DKIM: is the master key private, and are the published records those of the keys. The keys are asked of the running
// relay; DNS is asked from here.

import { existsSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Resolver } from '../../network/dns-answer.ts';
import type { Config } from '../../platform/config/schema.ts';
import { recordFault } from '../../protocol/dkim/key-record.ts';
import { withSocketPath } from '../api/socket-path.ts';
import type { DkimKeyView } from '../dkim/key-rows.ts';
import { type Finding, finding } from './findings.ts';

/** More keys than these are for `dkim list`, which knows what the relay itself saw. */
const MOST_KEYS = 200;
const ANSWER_MS = 5000;

/** Looks at the master key, and at the records of the keys while the relay runs. */
export async function examineDkim(config: Config, resolver: Resolver): Promise<Finding[]> {
  const findings = examineMasterKeys(config);
  const keys = await askKeys(join(config.node.data_dir, 'api.sock'));
  const inUse = keys.filter(({ state }) => state !== 'retired');
  if (inUse.length === 0) return findings;
  const looked = await Promise.all(inUse.map((key) => examineRecord(key, resolver)));
  const wrong = looked.filter((finding) => finding !== undefined);
  const right = inUse.length - wrong.length;
  if (right > 0) findings.push(finding('ok', 'dkim-right', { count: right }));
  return [...findings, ...wrong];
}

function examineMasterKeys({ secrets }: Config): Finding[] {
  const named = [secrets.master_key_file, ...secrets.previous_master_key_files];
  return named.flatMap((path): Finding[] => {
    if (path === undefined) return [];
    if (!existsSync(path)) return [finding('fault', 'master-key-missing', { file: path })];
    if ((statSync(path).mode & 0o077) === 0) return [];
    return [finding('fault', 'master-key-open', { file: path })];
  });
}

async function examineRecord(key: DkimKeyView, resolver: Resolver): Promise<Finding | undefined> {
  const { name, text, zone_line } = key.record;
  const answer = await resolver.txt(name);
  if (answer.kind === 'temporary') return finding('warn', 'dkim-unanswered', { name, detail: answer.detail });
  const publicKey = /p=(.*)$/.exec(text)?.[1] ?? '';
  const [published, another] = answer.kind === 'found' ? answer.records : [];
  // A key that waits does no harm; one that signs makes signatures that do not verify.
  const state = key.state === 'active' ? 'fault' : 'warn';
  const record = { name, record: zone_line };
  if (published === undefined) return finding(state, 'dkim-missing', record);
  if (another !== undefined) return finding(state, 'dkim-several', record);
  const fault = recordFault(published, key.algorithm, publicKey);
  return fault === undefined ? undefined : finding(state, 'dkim-wrong', { ...record, fault });
}

/** Keys of the running relay; none where it does not run. */
function askKeys(socket: string): Promise<DkimKeyView[]> {
  if (!existsSync(socket)) return Promise.resolve([]);
  return withSocketPath(
    socket,
    (socketPath) =>
      new Promise<DkimKeyView[]>((resolve) => {
        const path = `/api/v1/dkim/keys?limit=${MOST_KEYS}`;
        const call = request({ socketPath, path, timeout: ANSWER_MS }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (part: string) => (body += part));
          response.on('end', () => resolve(response.statusCode === 200 ? keysOf(body) : []));
        });
        // Whether the relay runs is another finding's matter.
        call.on('error', () => resolve([]));
        call.on('timeout', () => call.destroy());
        call.end();
      }),
  );
}

function keysOf(body: string): DkimKeyView[] {
  return (JSON.parse(body) as { entries: DkimKeyView[] }).entries;
}
