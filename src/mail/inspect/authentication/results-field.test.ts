import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editHeader, parseHeader } from '../../../protocol/mime/header.ts';
import { forgedResults, resultsOf } from './results-field.ts';

function without(header: string): string {
  const octets = Buffer.from(`${header}\r\n\r\n`);
  return editHeader(octets, forgedResults(parseHeader(octets), 'relay.test'))
    .toString()
    .trimEnd();
}

test('whoever speaks in our name is taken out, however it is written', () => {
  const FORGED = [
    ' relay.test; spf=pass',
    ' RELAY.Test ; dmarc=pass',
    ' "relay.test"; dmarc=pass',
    ' (x) relay.test 1; dmarc=pass',
    '\r\n\trelay.test;\r\n dmarc=pass',
    ' relay.test',
    ' relay.test; dmarc=pass (never closed',
    ' rel(x)ay.test; dmarc=pass',
    ' relay.test) ; dmarc=pass',
    ' "relay.te\\st"; dmarc=pass',
    ' relay((x)).test; dmarc=pass',
    ' relay(\\)).test; dmarc=pass',
    ' relay(((x))(y)).test; dmarc=pass',
    ' relay.test.; dmarc=pass',
    ' relay.test/1; dmarc=pass',
    ' <relay.test>; dmarc=pass',
    " 'relay.test'; dmarc=pass",
    ' =?utf-8?q?relay=2Etest?=; dmarc=pass',
    ' =?utf-8?b?cmVsYXkudGVzdDsgZG1hcmM9cGFzcw==?=',
    ' =?utf-8?q?rel?=\r\n =?utf-8?q?ay=2Etest?=; dmarc=pass',
    ' relay\u3002test; dmarc=pass',
    ' \uff52elay.test; dmarc=pass',
  ];
  for (const value of FORGED) {
    assert.equal(without(`Authentication-Results:${value}\r\nFrom: a@b.test`), 'From: a@b.test', value);
    assert.equal(without(`AUTHENTICATION-RESULTS :${value}\r\nFrom: a@b.test`), 'From: a@b.test', value);
  }
});

test('what others found stays', () => {
  const OTHERS = [
    ' mx.google.com; spf=pass (relay.test designates it) smtp.mailfrom=relay.test',
    ' relay.test.example; spf=pass',
    ' my.relay.test; spf=pass',
    ' broken (comment',
    ' evil.test; relay.test; dmarc=pass',
    ' xn--rela-5xa.test; dmarc=pass',
  ];
  for (const value of OTHERS) {
    const header = `Authentication-Results:${value}\r\nFrom: a@b.test`;
    assert.equal(without(header), header);
  }
  const sealed = 'ARC-Authentication-Results: i=1; relay.test; dmarc=pass\r\nFrom: a@b.test';
  assert.equal(without(sealed), sealed);
});

test('our own field is found again among those put before the content', () => {
  const fields = 'Received: from x\r\n\tby y\r\nAuthentication-Results: relay.test;\r\n\tspf=pass\r\nX-Spam: no\r\n';
  assert.equal(resultsOf(fields), 'relay.test;\r\n\tspf=pass');
  assert.equal(resultsOf('Received: from x\r\n'), undefined);
});

test('what a stranger had written into Received is no field of ours', () => {
  const received =
    'Received: from x\r\n\tby y id 1\r\n\tfor <"Authentication-Results: relay.test; arc=none"@a.test>;\r\n\tnow\r\n';
  assert.equal(resultsOf(received), undefined);
  assert.equal(
    resultsOf(`${received}Authentication-Results: relay.test;\r\n\tspf=fail\r\n`),
    'relay.test;\r\n\tspf=fail',
  );
});

test('a long value takes no time', () => {
  const started = performance.now();
  for (const part of ['(', '()', '\\', '.', ' ', '=?utf-8?q?x?= ', '"', '((relay.test', ';']) {
    without(`Authentication-Results: relay.tes${part.repeat(250_000 / part.length)}`);
  }
  assert(performance.now() - started < 5000);
});
