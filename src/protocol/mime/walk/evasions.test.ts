// Every mail of the evasion set is extracted or refused, never clean.

import assert from 'node:assert/strict';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { hiddenContent } from '../../../../test/support/mime-evasions/hidden-content.ts';
import { hiddenNames } from '../../../../test/support/mime-evasions/hidden-names.ts';
import { EICAR, type Evasion } from '../../../../test/support/mime-evasions/mail.ts';
import { decoded } from './decoded.ts';
import type { MimeTree } from './tree.ts';
import { walkMessage } from './walk-message.ts';

function holdsEicar(bytes: Uint8Array): boolean {
  const octets = Buffer.from(bytes);
  if (octets.includes(EICAR)) return true;
  if (!octets.includes('PK\x03\x04')) return false;
  try {
    return Object.values(unzipSync(octets)).some((file) => Buffer.from(file).includes(EICAR));
  } catch {
    // A reading that is no whole archive.
    return false;
  }
}

function extracted(tree: MimeTree): boolean {
  const leaves = tree.parts.filter(({ kind }) => kind === 'leaf');
  return tree.hidden.some(({ bytes }) => holdsEicar(bytes)) || leaves.some((part) => holdsEicar(decoded(part)));
}

function missed(evasions: readonly Evasion[], caught: (tree: MimeTree) => boolean): string[] {
  return evasions
    .filter(({ content }) => {
      const tree = walkMessage(content);
      return tree.faults.length === 0 && !caught(tree);
    })
    .map(({ id }) => id);
}

test('a file in malformed MIME is extracted, or the mail is refused', () => {
  const evasions = hiddenContent();
  assert.ok(evasions.length > 500, String(evasions.length));
  assert.deepEqual(missed(evasions, extracted), []);
  // Most of them are not only refused: what they hide is found.
  const found = evasions.filter(({ content }) => extracted(walkMessage(content))).length;
  assert.ok(found > evasions.length * 0.95, `${found} of ${evasions.length}`);
});

test('what is unusual, though not ambiguous, goes to the scanner decoded', () => {
  const usual =
    /: (?:as usual|one line|no space|tab|case|folded|quoted|unknown subtype|soft break behind each|letters of the other alphabet)$/;
  const alone = hiddenContent().filter(({ id, content }) => {
    const tree = walkMessage(content);
    return !usual.test(id) && tree.faults.length === 0 && !tree.hidden.some(({ bytes }) => holdsEicar(bytes));
  });
  assert.deepEqual(
    alone
      .map(({ id }) => id)
      // What scanners are given before the mail makes one of it (the check of viruses).
      .filter((id) => !id.startsWith('structure: well made, mail '))
      .filter(
        (id) => !/^structure: (?:message|file as the whole message|space behind|tab behind)|two empty lines$/.test(id),
      ),
    [],
  );
});

test('a file name is found however it is written, or the mail is refused', () => {
  const evasions = hiddenNames('evil.exe');
  assert.ok(evasions.length > 200, String(evasions.length));
  const named = ({ names }: { names: readonly string[] }) => names.some((name) => /\.exe$/i.test(name));
  assert.deepEqual(
    missed(evasions, (tree) => tree.parts.some(named) || tree.hidden.some(named)),
    [],
  );
});
