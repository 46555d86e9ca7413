// Three strangers that verify DKIM signatures: mailauth, python3-dkim (dkimpy) and OpenDKIM.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { run } from './processes.ts';

/** Results of the first two signatures of a message, such as `pass pass`; a word of the stranger's own otherwise. */
export type Verdicts = string;

export interface Stranger {
  name: string;
  /** Verdicts by file. */
  verify(files: ReadonlyMap<string, Buffer>): Promise<Map<string, Verdicts>>;
}

interface MailauthResult {
  results: { status: { result: string } }[];
}
type Mailauth = (
  message: Buffer,
  options: { resolver: (name: string) => Promise<string[][]> },
) => Promise<MailauthResult>;

function verdictsOf(results: readonly string[]): Verdicts {
  return results.slice(0, 2).join(' ');
}

/** mailauth, in this process. */
export function mailauth(zone: ReadonlyMap<string, string>): Stranger {
  const { dkimVerify } = createRequire(import.meta.url)('mailauth/lib/dkim/verify') as { dkimVerify: Mailauth };
  const resolver = async (name: string) => {
    const text = zone.get(name);
    if (text === undefined) throw Object.assign(new Error('no record'), { code: 'ENOTFOUND' });
    return [[text]];
  };
  return {
    name: 'mailauth',
    verify: async (files) => {
      const verdicts = new Map<string, Verdicts>();
      for (const [file, content] of files) {
        const { results } = await dkimVerify(content, { resolver });
        verdicts.set(file, verdictsOf(results.map(({ status }) => status.result)));
      }
      return verdicts;
    },
  };
}

const PYTHON = `
import sys, json, dkim
given = json.load(sys.stdin)
look = lambda name, timeout=5: given['zone'].get(name.rstrip(b'.').decode(), '').encode() or None
verdicts = {}
for file in given['files']:
    message = open(file, 'rb').read()
    results = []
    for index in (0, 1):
        try:
            results.append('pass' if dkim.DKIM(message).verify(idx=index, dnsfunc=look) else 'fail')
        except Exception as error:
            results.append(type(error).__name__)
    verdicts[file] = ' '.join(results)
json.dump(verdicts, sys.stdout)
`;

/** Debian's python3-dkim. */
export function dkimpy(zone: ReadonlyMap<string, string>): Stranger {
  return {
    name: 'python3-dkim',
    verify: async (files) => {
      const input = JSON.stringify({ zone: Object.fromEntries(zone), files: [...files.keys()] });
      const { code, stdout, stderr } = await run('/usr/bin/python3', ['-c', PYTHON], { input });
      if (code !== 0) throw new Error(`python3-dkim: ${stderr}`);
      return new Map(Object.entries(JSON.parse(stdout) as Record<string, Verdicts>));
    },
  };
}

const BATCH = 40;

/** Debian's OpenDKIM in its test mode; `folder` is for its configuration. */
export function opendkim(zone: ReadonlyMap<string, string>, folder: string): Stranger {
  const data = join(folder, 'opendkim.zone');
  const configuration = join(folder, 'opendkim.conf');
  writeFileSync(data, [...zone].map(([name, text]) => `${name} ${text}\n`).join(''));
  writeFileSync(configuration, `Mode v\nTestDNSData file:${data}\nSyslog no\n`);
  const look = async (files: readonly string[]) => {
    const { stdout, stderr } = await run('opendkim', ['-x', configuration, '-vvv', '-t', files.join(',')]);
    return readOpenDkim(stdout, stderr);
  };
  return {
    name: 'opendkim',
    verify: async (files) => {
      const verdicts = new Map<string, Verdicts>();
      const names = [...files.keys()];
      for (let at = 0; at < names.length; at += BATCH) {
        const batch = names.slice(at, at + BATCH);
        const found = await look(batch);
        // It stops at a message that it cannot read: those behind it are asked one by one.
        for (const name of batch) {
          const verdict = found.get(name) ?? (await look([name])).get(name);
          verdicts.set(name, verdict ?? 'no verdict');
        }
      }
      return verdicts;
    },
  };
}

/** On standard output the header that it would add stands before the line that names the file. */
function readOpenDkim(stdout: string, stderr: string): Map<string, Verdicts> {
  const verdicts = new Map<string, Verdicts>();
  // Accepted at the end of the header: it leaves a message alone that is none by RFC 5322.
  for (const [, file = ''] of stderr.matchAll(/^opendkim: (\/\S+): mlfi_eoh\(\) returned SMFIS_ACCEPT/gm)) {
    verdicts.set(file, 'left alone');
  }
  for (const block of stdout.split('### INSHEADER').slice(1)) {
    const file = /^opendkim: (\/\S+): verification /m.exec(block)?.[1];
    const results = [...block.matchAll(/\bdkim=(\w+)/g)].map(([, word]) => word ?? '');
    if (file !== undefined) verdicts.set(file, verdictsOf(results));
  }
  return verdicts;
}
