// What a message became on its way: the trace header on top, and the rest, which must be what was sent.

const FIELD = /^([!-9;-~]+)[ \t]*:.*(?:\r?\n[ \t].*)*\r?\n/;
const DELIVERY_FIELDS = new Set(['return-path', 'x-original-to', 'delivered-to', 'received', 'x-easymail-loop']);

/** What the relay found of inbound mail; no message of the test data names it. */
const OUR_RESULTS = /^Authentication-Results: relay\.test;/;

export interface Arrived {
  /** Fields that hosts on the way put on top, names in lower case, in order. */
  trace: { name: string; text: string }[];
  /** All behind them, with LF line ends. */
  rest: string;
}

/**
 * Takes the fields off that `hops` hosts put on top: as many Received as there were hops, and what a final delivery or
 * the relay adds. Fields of the message itself that look alike stay.
 */
export function takeTraceOff(message: Buffer, hops: number): Arrived {
  let rest = message.toString('latin1').replaceAll('\r\n', '\n');
  const trace: Arrived['trace'] = [];
  let received = 0;
  for (let field = FIELD.exec(rest); field !== null; field = FIELD.exec(rest)) {
    const name = (field[1] ?? '').toLowerCase();
    const results = OUR_RESULTS.test(field[0]);
    if (!(results || DELIVERY_FIELDS.has(name)) || (name === 'received' && received === hops)) break;
    if (received === hops && !results && name !== 'x-easymail-loop') break;
    if (name === 'received') received++;
    trace.push({ name, text: field[0] });
    rest = rest.slice(field[0].length);
  }
  return { trace, rest };
}

/** First place where two texts differ, for an error text. */
export function difference(wanted: string, got: string): string | undefined {
  if (wanted === got) return undefined;
  let at = 0;
  while (at < wanted.length && wanted[at] === got[at]) at++;
  const part = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 80));
  return `at octet ${at} of ${wanted.length} (got ${got.length}): wanted ${part(wanted)}, got ${part(got)}`;
}
