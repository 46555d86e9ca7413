// Inputs for the MIME walker: mails of the evasion set and ordinary ones, cut, joined and spoiled by chance that a seed
// repeats; and what must hold for each.

import assert from 'node:assert/strict';
import { decoded } from '../../src/protocol/mime/walk/decoded.ts';
import { WALK_LIMITS, walkMessage } from '../../src/protocol/mime/walk/walk-message.ts';
import { hiddenContent } from './mime-evasions/hidden-content.ts';
import { hiddenNames } from './mime-evasions/hidden-names.ts';

/** Pieces that mean something to a reader of MIME. */
const PIECES = [
  '--b1f9\r\n',
  '--b1f9--\r\n',
  '--',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  '=',
  '=\r\n',
  '====',
  '"',
  '\\',
  '(',
  ')',
  ';',
  ' boundary=b1f9',
  'Content-Type: multipart/mixed; boundary=b1f9\r\n',
  'Content-Type: message/rfc822\r\n',
  'Content-Type: multipart/digest; boundary="b1f9"\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\r\n',
  "filename*0*=utf-16''%00",
  '=?utf-7?Q?+AC4-?=',
  'begin 644 x.exe\r\n',
  '=ybegin line=1 size=1 name=x.exe\r\n',
  ':#@"',
  '\x78\x9f\x3e\x22',
  ' '.repeat(300),
  'A'.repeat(300),
];

/** Random numbers that a seed repeats (xorshift). */
export function random(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Makes inputs without end. */
export function* inputs(seed: number): Generator<Buffer> {
  const seeds = [...hiddenContent(), ...hiddenNames('evil.exe')].map(({ content }) => content);
  const next = random(seed);
  for (;;) {
    let octets = seeds[next(seeds.length)]!;
    if (next(8) === 0) octets = Buffer.concat([octets.subarray(0, next(octets.length)), seeds[next(seeds.length)]!]);
    for (let edits = next(6); edits >= 0; edits--) octets = spoil(octets, next);
    yield octets;
  }
}

function spoil(octets: Buffer, next: (below: number) => number): Buffer {
  const at = next(octets.length + 1);
  const piece = Buffer.from(PIECES[next(PIECES.length)]!, 'latin1');
  const end = Math.min(octets.length, at + next(80));
  switch (next(5)) {
    case 0:
      return Buffer.concat([octets.subarray(0, at), piece, octets.subarray(at)]);
    case 1:
      return Buffer.concat([octets.subarray(0, at), octets.subarray(end)]);
    case 2:
      return Buffer.concat([octets.subarray(0, end), octets.subarray(at)]);
    case 3: {
      const copy = Buffer.from(octets);
      if (copy.length > 0) copy[at % copy.length] = next(256);
      return copy;
    }
    default:
      return Buffer.concat([octets.subarray(0, at), piece, octets.subarray(end)]);
  }
}

/** An input this small is walked in milliseconds; on a machine that does much else, in some more. */
const LONGEST_MS = 2000;

/** Walks one input: nothing thrown, in time, all places within their octets, all limits kept. */
export function mustHold(octets: Buffer): void {
  const began = performance.now();
  const tree = walkMessage(octets);
  for (const part of tree.parts) {
    const { header, body, source, parent, number } = part;
    assert.ok(0 <= header.start && header.start <= header.end && header.end <= body.start, 'header');
    assert.ok(body.start <= body.end && body.end <= source.length, 'body');
    assert.ok(parent === undefined ? number === 0 : parent < number, 'parent');
    assert.ok(part.nestedIn !== undefined || source.length === octets.length, 'source');
    if (part.kind === 'leaf') decoded(part);
  }
  assert.ok(tree.parts.length >= 1 && tree.parts.length <= WALK_LIMITS.parts, 'parts');
  assert.ok(tree.hidden.length <= WALK_LIMITS.readings, 'readings');
  for (const { part, names } of tree.hidden) {
    assert.ok(part < tree.parts.length, 'part of a hidden leaf');
    assert.ok(names.length <= 100, 'names');
  }
  assert.ok(performance.now() - began < LONGEST_MS, 'time');
}
