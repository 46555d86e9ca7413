// Bounces that others collected, read and classified. The mails of the suite are divided by a hash of their names: the
// rules were begun with three fifths of them in view, so that the others show how they do on mail of elsewhere.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parse } from 'smol-toml';
import { skipWithout, suitePath } from '../../../test/support/suites.ts';
import { readReport } from '../../protocol/dsn/read-report.ts';
import type { Report } from '../../protocol/dsn/report.ts';
import type { CustomerId, QueueId } from '../message.ts';
import { type BounceClassName, classifyReply } from './bounce-class.ts';
import { classifyReported, reportedCause } from './reported-bounce.ts';
import { suppressionOf } from './suppress.ts';

interface Labelled {
  name: string;
  report: Report;
  /** For each recipient in order: the classes that are right; null where it is no bounce. */
  classes: (readonly string[] | null)[];
  reasons: string[];
  inView: boolean;
}

function labelled(): Labelled[] {
  const folder = suitePath('bounces-sisimai');
  const map = JSON.parse(readFileSync(suitePath('bounces-map.json'), 'utf8')) as Record<string, string[] | null>;
  const text = readFileSync(`${folder}/expected.dev.json`, 'utf8');
  const expected = JSON.parse(text) as Record<string, { recipients: { reason: string }[] }>;
  return Object.entries(expected).map(([name, { recipients }]) => ({
    name,
    report: readReport(readFileSync(`${folder}/emails-dev/${name}`)),
    classes: recipients.map(({ reason }) => map[reason] ?? null),
    reasons: recipients.map(({ reason }) => reason),
    inView: BigInt(`0x${createHash('sha256').update(name).digest('hex')}`) % 5n < 3n,
  }));
}

describe('bounces-sisimai', { skip: skipWithout('bounces-sisimai') }, () => {
  const mails = skipWithout('bounces-sisimai') === false ? labelled() : [];
  const bounces = mails.filter(({ classes }) => classes[0] !== null);

  const said = ({ report }: Labelled, index: number): string => {
    const recipient = report.recipients[index];
    return recipient === undefined ? 'not read' : classifyReported(recipient, report).class;
  };

  const score = (of: readonly Labelled[]) => {
    const sum = { right: 0, all: 0, wrong: [] as string[], byClass: new Map<string, { right: number; all: number }>() };
    const judged = of.flatMap((mail) =>
      mail.classes.map((right, index) => ({
        right: right ?? [],
        is: said(mail, index),
        why: mail.reasons[index],
        mail,
      })),
    );
    for (const { right, is, why, mail } of judged) {
      const line = sum.byClass.get(right[0] ?? '') ?? { right: 0, all: 0 };
      sum.byClass.set(right[0] ?? '', line);
      const point = right.includes(is) ? 1 : 0;
      sum.all += 1;
      line.all += 1;
      sum.right += point;
      line.right += point;
      if (point === 0) sum.wrong.push(`${mail.name}: ${why} as ${is}`);
    }
    return sum;
  };

  test('at least 95 % of all recipients are classified rightly', (t) => {
    const all = score(bounces);
    for (const [name, { right, all: of }] of all.byClass) t.diagnostic(`${name}: ${right} of ${of}`);
    t.diagnostic(`all: ${all.right} of ${all.all}`);
    assert.ok(all.right / all.all >= 0.95, `${all.right} of ${all.all}\n${all.wrong.join('\n')}`);
  });

  test('those not in view do about as well', (t) => {
    const [seen, unseen] = [
      score(bounces.filter((mail) => mail.inView)),
      score(bounces.filter((mail) => !mail.inView)),
    ];
    t.diagnostic(`in view ${seen.right} of ${seen.all}, not in view ${unseen.right} of ${unseen.all}`);
    assert.ok(unseen.right / unseen.all >= 0.92, unseen.wrong.join('\n'));
  });

  test('every recipient is found, in order, in nearly every mail', (t) => {
    const found = bounces.filter(({ report, classes }) => report.recipients.length === classes.length);
    t.diagnostic(`${found.length} of ${bounces.length} mails`);
    assert.ok(found.length / bounces.length >= 0.98);
  });

  test('what is no bounce is not taken for one', () => {
    const kinds = { feedback: 'complaint', vacation: 'auto-reply', delivered: 'success' } as Record<string, string>;
    const others = mails.filter(({ classes }) => classes[0] === null);
    assert.ok(others.length > 0);
    for (const { name, report, reasons } of others) {
      // One of them is a mail about a delivery whose body lists a failure too.
      if (report.kind !== kinds[reasons[0] ?? '']) assert.notEqual(report.kind, 'failure', `${name}: ${report.kind}`);
    }
  });

  test('a refusal for reputation, policy, volume, content, authentication or technical reasons never suppresses', () => {
    const mayNot = new Set<BounceClassName>([
      'reputation',
      'policy',
      'volume',
      'content',
      'authentication',
      'technical',
    ]);
    const meta = {
      customer: 'acme' as CustomerId,
      direction: 'outbound',
      id: 'x' as QueueId,
      recipientCount: 1,
    } as const;
    let suppressed = 0;
    for (const { name, report, classes, reasons } of bounces) {
      for (const [index, recipient] of report.recipients.entries()) {
        const cause = reportedCause(recipient, report);
        const request = suppressionOf(meta, 'user@example.org', { cause, at: 1 });
        if (request === undefined) continue;
        suppressed += 1;
        const right = classes[index];
        const gone = right === undefined || right === null || right.some((one) => !mayNot.has(one as BounceClassName));
        assert.ok(gone, `${name}: ${reasons[index]} suppresses`);
        // The words of this one name a full disk, its fields for machines an unknown user.
        if (name !== 'rfc3464-01.eml') assert.notEqual(reasons[index], 'mailboxfull', name);
      }
    }
    assert.ok(suppressed > 40, `${suppressed} suppressions: too few for the test to mean anything`);
  });
});

describe('bounces-rules', { skip: skipWithout('bounces-rules') }, () => {
  // What the classes of that project are in ours; several where its own class holds several things.
  const OURS: Record<string, readonly BounceClassName[]> = {
    InvalidRecipient: ['invalid_address', 'mailbox_unavailable'],
    BadDomain: ['invalid_address', 'technical'],
    InactiveMailbox: ['mailbox_unavailable', 'invalid_address'],
    InvalidSender: ['policy', 'authentication'],
    QuotaIssues: ['mailbox_unavailable', 'policy', 'technical'],
    NoAnswerFromHost: ['technical'],
    BadConnection: ['technical'],
    DNSFailure: ['technical', 'invalid_address'],
    RoutingErrors: ['technical', 'policy', 'invalid_address'],
    TransientFailure: ['technical', 'volume', 'unclassified'],
    MessageExpired: ['technical'],
    ProtocolErrors: ['technical', 'content'],
    AuthenticationFailed: ['authentication', 'policy'],
    PolicyRelated: ['policy', 'content', 'invalid_address'],
    SpamBlock: ['reputation', 'content', 'policy'],
    SpamContent: ['content'],
    VirusDetected: ['content'],
    TooManyRecipients: ['volume', 'policy'],
    RelayDenied: ['policy'],
  };

  /** A text that the pattern matches: gaps become a word, alternatives their first. */
  const sampleOf = (pattern: string): string =>
    pattern
      .replaceAll(/^\^|\$$/g, '')
      .replaceAll(/\(([^)|]*)\|[^)]*\)\??/g, '$1')
      .replaceAll('\\d{2}', '50')
      .replaceAll('\\d{3}', '550')
      .replaceAll(/\\d\+?/g, '1')
      .replaceAll(/\[([^\]])[^\]]*\]\+?/g, '$1')
      .replaceAll(/\.[+*]\??/g, ' x ')
      .replaceAll('\\s', ' ')
      .replaceAll(/\\([.()[\]?*+])/g, '$1')
      .replaceAll('?', '');

  /** Samples of all its patterns, with the class it gives them. */
  const samples = (): { theirs: string; text: string }[] =>
    ['kumomta-community-bounces.toml', 'kumomta-iana.toml'].flatMap((file) => {
      const table = parse(readFileSync(suitePath('bounces-rules', file), 'utf8')) as {
        rules: Record<string, string[]>;
      };
      return Object.entries(table.rules).flatMap(([theirs, patterns]) =>
        patterns.map((pattern) => ({ theirs, text: sampleOf(pattern) })),
      );
    });

  test('at least 95 % of the texts that its rules are for', (t) => {
    const all = samples();
    const wrong = all.flatMap(({ theirs, text: sample }) => {
      const [, code, enhanced, text = ''] = /^(\d{3})?[ -]?(?:([245]\.\d+\.\d+)[ -]?)?(.*)$/s.exec(sample) ?? [];
      const reply = { code: Number(code ?? 550), text, ...(enhanced !== undefined && { enhanced }) };
      const said = classifyReply(reply, 'rcpt').class;
      return OURS[theirs]?.includes(said) === true ? [] : [`${theirs} as ${said}: ${sample}`];
    });
    t.diagnostic(`${all.length - wrong.length} of ${all.length}`);
    assert.ok(all.length > 100);
    assert.ok(wrong.length / all.length <= 0.05, wrong.join('\n'));
  });

  test('the cases of its own tests', () => {
    const text = readFileSync(suitePath('bounces-rules', 'kumomta-iana-cases.json'), 'utf8');
    const cases = JSON.parse(text) as { response: string; cls: string }[];
    for (const { response, cls } of cases) {
      if (cls === 'Uncategorized') continue; // its rules want the usual code, ours read the words whatever it is
      const [, code = '', enhanced = '', words = ''] = /^(\d{3}) (\S+) (.*)$/.exec(response) ?? [];
      const said = classifyReply({ code: Number(code), enhanced, text: words }, 'rcpt').class;
      assert.ok(OURS[cls]?.includes(said), `${response}: ${said}`);
    }
  });
});
