import assert from 'node:assert/strict';
import test from 'node:test';
import { inputs, mustHold } from '../../../../test/support/mime-fuzz.ts';
import { walkMessage } from './walk-message.ts';

const HOW_MANY = 1500;

test('no input makes the walker throw, hang or forget its limits', () => {
  let done = 0;
  for (const input of inputs(20261122)) {
    try {
      mustHold(input);
    } catch (error) {
      throw new Error(`input ${done}: ${JSON.stringify(input.toString('latin1'))}`, { cause: error });
    }
    if (++done === HOW_MANY) break;
  }
});

/** Shapes that make a careless parser slow: much of one thing. */
const MUCH: Record<string, (count: number) => string> = {
  'header fields': (count) => 'Content-Type: a/b; name=x\r\n'.repeat(count),
  'lines of hyphens': (count) => `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n'.repeat(count)}`,
  'hyphens in one line': (count) => `Content-Type: multipart/mixed; boundary=b\r\n\r\nx${'--b '.repeat(count)}`,
  'nested multiparts': (count) => 'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'.repeat(count),
  'nested encoded multiparts': (count) =>
    'Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n--b\r\n'.repeat(
      count,
    ),
  'nested messages': (count) => 'Content-Type: message/rfc822\r\n\r\n'.repeat(count),
  'headers behind headers': (count) => 'Content-Type: text/plain\r\n\r\n'.repeat(count),
  'undeclared parts': (count) => '\r\n--x\r\nContent-Type: text/plain\r\n\r\n'.repeat(count),
  spaces: (count) => `Content-Transfer-Encoding: quoted-printable\r\n\r\nx${' '.repeat(count * 10)}=x`,
  'open comments': (count) => `Content-Type: a/b${'('.repeat(count)}`,
  'open quotes': (count) => `Content-Type: a/b; ${'x="'.repeat(count)}`,
  parameters: (count) => `Content-Type: a/b; ${'name=x.exe; '.repeat(count)}`,
  sections: (count) => `Content-Type: a/b${Array.from({ length: count }, (_, i) => `; name*${i}=x.`).join('')}`,
  'encoded words': (count) => `Content-Type: a/b; name="${'=?utf-8?Q?x.?= '.repeat(count)}"`,
  'files in uuencode': (count) => `\r\n${'begin 644 x\r\nMMMMM\r\n'.repeat(count)}`,
  'lines behind a word of BinHex': (count) => `\r\nBinHex\r\n${'\r\n'.repeat(count * 10)}`,
  'malformed headers of parts': (count) =>
    `Content-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\nContent-Type: a/b; ${'name="=?utf-8?Q?a.b?=(";'.repeat(20)}\r\n\r\n`.repeat(count / 4)}`,
  'lines in a header': (count) => `Content-Type: a/b;${'\r\n '.repeat(count)}name=x`,
  'files in yEnc': (count) => `\r\n${'=ybegin line=1 size=1 name=x\r\nx\r\n'.repeat(count)}`,
  'equals signs in base64': (count) => `Content-Transfer-Encoding: base64\r\n\r\n${'AA=='.repeat(count)}`,
  'lines of base64': (count) => `\r\n${'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\r\n'.repeat(count)}`,
};

for (const [what, make] of Object.entries(MUCH)) {
  test(`twice as many ${what} take about twice the time`, () => {
    const time = (count: number) => {
      const octets = Buffer.from(make(count), 'latin1');
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 3; i++) {
        // Of the processor: a busy machine makes nothing dear.
        const began = process.threadCpuUsage();
        walkMessage(octets);
        const { user, system } = process.threadCpuUsage(began);
        best = Math.min(best, (user + system) / 1000);
      }
      return best;
    };
    time(500);
    const [small, large] = [time(5000), time(20_000)];
    // Four times the input: sixteen times the time were quadratic. Small times say nothing.
    assert.ok(large < 100 || large < small * 12, `${small} ms, ${large} ms`);
    assert.ok(large < 3000, `${large} ms`);
  });
}
