// Real messages of other projects, made ready to be sent: line ends are CRLF, and the From header is one of the
// customer's, so that what is tested is whether octets pass unchanged.

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { withCrlf } from '../support/smtp-client.ts';
import { suiteFiles, suitesRoot } from '../support/suites.ts';

export interface CorpusMessage {
  /** Path inside the test data. */
  name: string;
  content: Buffer;
  /** Holds what RFC 5321 forbids in content (a bare CR or NUL): the relay must refuse it. */
  forbidden: boolean;
}

const FOLDERS: Record<string, RegExp> = {
  'mime-mail-parser': /\.eml$/,
  'mime-mime4j': /\.msg$/,
  'mime-cpython': /\.txt$/,
  'mime-postfix': /\.in$/,
  'bounces-sisimai': /\.eml$/,
  dsn: /\.(eml|raw)$/,
  arf: /\.eml$/,
  'dmarc-reports': /\.eml$/,
  tlsrpt: /\.eml$/,
  'dkim-chasquid': /\.msg$/,
  'spam-ham': /\.(eml|txt|com|org|1)$/,
  archives: /\.eml$/,
};

// Longer lines than the default limit of the relay, or larger messages, are not what these tests are about.
const LARGEST = 8 * 1024 * 1024;
const FIELD = /^[!-9;-~]+[ \t]*:/;

/** All messages of the test data, or every `step`-th of them. */
export function corpus(step = 1): CorpusMessage[] {
  const messages: CorpusMessage[] = [];
  for (const [folder, pattern] of Object.entries(FOLDERS)) {
    for (const path of suiteFiles(folder, (file) => pattern.test(file))) {
      const raw = readFileSync(path);
      if (raw.length > LARGEST || !FIELD.test(raw.toString('latin1', 0, 1000))) continue;
      const content = withFromOf('corpus@acme.test', withCrlf(raw));
      const text = content.toString('latin1');
      const forbidden = /\r(?!\n)|\0/.test(text);
      messages.push({ name: relative(suitesRoot, path), content, forbidden });
    }
  }
  return messages.filter((_, index) => index % step === 0);
}

/** The message with one From field of its own instead of those it had. */
function withFromOf(address: string, content: Buffer): Buffer {
  const text = content.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const header = end < 0 ? text : text.slice(0, end + 2);
  const rest = end < 0 ? '' : text.slice(end + 2);
  const kept = header.replace(/^(?:Resent-)?From[ \t]*:.*\r\n(?:[ \t].*\r\n)*/gim, '');
  const whole = `From: <${address}>\r\n${kept}${rest}`;
  return Buffer.from(whole.endsWith('\r\n') ? whole : `${whole}\r\n`, 'latin1');
}

/** Step through the corpus: all of it where `EASYMAIL_INTEROP=all`, else `short` of them. */
export function corpusStep(total: number, short: number): number {
  return process.env['EASYMAIL_INTEROP'] === 'all' ? 1 : Math.max(1, Math.floor(total / short));
}
