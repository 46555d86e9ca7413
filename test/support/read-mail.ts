// A mail as somebody else reads it: Python's email package, with its modern policy.

import { runOrThrow } from './processes.ts';

export interface SeenMail {
  headers: Record<string, string>;
  /** Leaves, in order; `data` in base64, with the transfer encoding taken off. */
  parts: { type: string; name: string | null; data: string }[];
  defects: string[];
}

const SCRIPT = `
import sys, json, base64, email, email.policy
with open(sys.argv[1], 'rb') as f: m = email.message_from_binary_file(f, policy=email.policy.default)
parts, defects = [], [str(type(d).__name__) for d in m.defects]
for p in m.walk():
    defects += [type(d).__name__ for d in p.defects]
    if p.is_multipart(): continue
    parts.append({'type': p.get_content_type(), 'name': p.get_filename(), 'data': base64.b64encode(p.get_payload(decode=True)).decode()})
print(json.dumps({'headers': {k.lower(): str(v) for k, v in m.items()}, 'parts': parts, 'defects': defects}))
`;

/** Reads the mail in a file. Rejects without python3. */
export async function readMail(file: string): Promise<SeenMail> {
  return JSON.parse(await runOrThrow('python3', ['-c', SCRIPT, file])) as SeenMail;
}

/** The words of a part of this type. */
export function wordsOf({ parts }: SeenMail, type: string): string {
  const part = parts.find((one) => one.type === type);
  return Buffer.from(part?.data ?? '', 'base64').toString('utf8');
}
