// Plays the `.cmy` transcripts of chasquid against a server: `c -> line` sends, `c <~ regex`, `c <- exact` and
// `c <... until` read, `c ~> expression` sends octets, `c tcp_connect` and `c tls_connect` connect. Wording is the other
// server's: of an expected reply only its code counts, save where `differ` names another for a reason.

import { SmtpClient } from '../support/smtp-client.ts';

export interface TranscriptOptions {
  /** Our ports for the transcript's. */
  ports: { plain: number; implicitTls: number };
  /** Expected line to our code, where we differ on purpose. */
  differ: ReadonlyMap<string, number>;
}

/** Plays a whole transcript; throws at the first reply that is another one than expected. */
export async function playTranscript(text: string, options: TranscriptOptions): Promise<void> {
  let client: SmtpClient | undefined;
  let lineNumber = 0;
  try {
    for (const line of text.split('\n')) {
      lineNumber++;
      if (line.trim() === '' || line.startsWith('#')) continue;
      client = await playLine(line, client, options);
    }
  } catch (fault) {
    throw new Error(`line ${lineNumber}: ${fault instanceof Error ? fault.message : String(fault)}`, { cause: fault });
  } finally {
    client?.close();
  }
}

async function playLine(
  line: string,
  client: SmtpClient | undefined,
  options: TranscriptOptions,
): Promise<SmtpClient | undefined> {
  const [, verb = '', argument = ''] = /^c (\S+) ?(.*)$/.exec(line) ?? [];
  if (verb === 'tcp_connect' || verb === 'tls_connect') {
    client?.close();
    const implicitTls = verb === 'tls_connect';
    const port = implicitTls ? options.ports.implicitTls : options.ports.plain;
    return SmtpClient.connect({ port, implicitTls, timeoutMs: 5000 });
  }
  if (client === undefined) throw new Error('no connection yet');
  switch (verb) {
    case 'close':
      client.close();
      return undefined;
    case '->':
      client.send(Buffer.from(`${argument}\r\n`));
      return client;
    case '~>':
      client.send(evaluate(argument));
      return client;
    case '<~':
    case '<-':
    case '<...':
      await expectReply(client, argument, options.differ);
      return client;
    default:
      throw new Error(`unknown line: ${line}`);
  }
}

async function expectReply(client: SmtpClient, expected: string, differ: ReadonlyMap<string, number>): Promise<void> {
  const code = differ.get(expected) ?? Number(expected.slice(0, 3));
  const reply = await client.reply();
  if (reply.code !== code) throw new Error(`wanted ${code} (${expected}), got ${reply.text}`);
}

/** The few Python expressions the transcripts use: strings, `+`, `* number` and brackets, from left to right. */
function evaluate(expression: string): string {
  const tokens = expression.match(/'(?:[^'\\]|\\.)*'|\d+|[()+*]/g) ?? [];
  const sum = (): string => {
    let value = product();
    while (tokens[0] === '+') {
      tokens.shift();
      value += product();
    }
    return value;
  };
  const product = (): string => {
    const token = tokens.shift() ?? '';
    let value = token === '(' ? sum() : token.slice(1, -1).replaceAll('\\r', '\r').replaceAll('\\n', '\n');
    if (token === '(') tokens.shift();
    if (tokens[0] === '*') value = value.repeat(Number(tokens.splice(0, 2)[1]));
    return value;
  };
  return sum();
}
