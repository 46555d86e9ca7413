// A real mail server that sends everything back to us, each time for another recipient: no mark of a recipient catches
// that, and our own hiding takes the Received fields away by which it would be counted.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sendOne } from '../support/mail.ts';
import { freePort, freePorts } from '../support/ports.ts';
import { skipWithoutPostfix, startPostfix } from '../support/postfix.ts';
import { acmeProvision, type RelayPorts, startRelay } from '../support/relay.ts';
import { temporaryFolder } from '../support/temp.ts';
import { until } from '../support/until.ts';

const HOPS = 10;

test('a Postfix that sends all back under new names is stopped by the hops that were folded', {
  skip: skipWithoutPostfix,
}, async (context) => {
  await using temp = temporaryFolder('loops');
  const port = await freePort();
  const [outbound = 0, inbound = 0, submission = 0, http = 0] = await freePorts(4);
  const ports: RelayPorts = { outbound, inbound, submission, http };
  const folder = join(temp.path, 'postfix');
  mkdirSync(folder);
  // Postfix renames ten times over at each pass; a local part has 64 octets at most.
  writeFileSync(join(folder, 'rename'), '/^(r[0-9]*)@there\\.test$/ ${1}1@there.test\n');
  await using postfix = await startPostfix({
    folder,
    hostname: 'mx.there.test',
    ports: [port],
    relayhost: { host: '127.0.0.1', port: outbound },
    main: { recipient_canonical_maps: `regexp:${join(folder, 'rename')}`, hopcount_limit: '100' },
  });
  await using relay = await startRelay(
    {
      folder: join(temp.path, 'relay'),
      config: { route: [{ domain: '*', hosts: [`127.0.0.1:${port}`] }], limits: { hops: HOPS } },
      apply: acmeProvision({ hide: 'usual' }),
    },
    ports,
  );
  await sendOne(outbound, 'r@there.test');
  const refused = await until('the refusal', () => /said: 5\d\d 5\.4\.6[^)]*/.exec(postfix.log())?.[0], 60_000);
  const passes = (postfix.log().match(/status=sent/g) ?? []).length;
  context.diagnostic(`${passes} times back, then: ${refused}`);
  // Each round is one hop of Postfix and one of ours.
  assert.equal(passes, HOPS / 2);
  assert.ok(relay.pid > 0);
});
