// How an alarm reaches people: HTTP, a program, or mail straight to a server. None of them goes through the queue, and
// none is waited for by anything but the alarm itself.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mailDate } from '../../protocol/mime/mail-date.ts';
import type { AlarmNotice, AlarmSender } from './alarms.ts';

const WEBHOOK_MS = 10_000;
const COMMAND_MS = 30_000;
/** Of what a program says on standard error, this much goes to the log. */
const COMMAND_WORDS = 500;

/** POSTs each alarm as JSON. Anything but a 2xx answer in ten seconds is a failure; redirects are not followed. */
export function webhookSender(url: string): AlarmSender {
  return {
    kind: 'webhook',
    async send(notice) {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Easymail',
          'webhook-id': `alm_${randomUUID()}`,
          'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        },
        body: bodyOf(notice),
        redirect: 'error',
        signal: AbortSignal.timeout(WEBHOOK_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
    },
  };
}

/**
 * Runs a program without a shell; the alarm is its standard input. It gets PATH and nothing else of the environment,
 * which may hold secrets. Exit code 0 within half a minute is success.
 */
export function commandSender(command: readonly string[]): AlarmSender {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('alarm.command is empty');
  return {
    kind: 'command',
    send: (notice) =>
      new Promise((resolve, reject) => {
        const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
        const child = spawn(program, args, { env, stdio: ['pipe', 'ignore', 'pipe'], timeout: COMMAND_MS });
        let words = '';
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          words = (words + text).slice(0, COMMAND_WORDS);
        });
        // A program that does not read its input may still have done its work: its exit code counts.
        child.stdin.on('error', () => {});
        child.on('error', reject);
        child.on('close', (code, signal) => {
          if (code === 0) resolve();
          else reject(new Error(`the program ended with ${code ?? signal}: ${words.trim()}`));
        });
        child.stdin.end(`${bodyOf(notice)}\n`);
      }),
  };
}

/** A mail ready to be handed to a server. */
export interface AlarmMail {
  sender: string;
  recipients: readonly string[];
  /** Content with CRLF line ends, dots not doubled. */
  content: Uint8Array;
}

export interface SmtpSenderOptions {
  from: string;
  to: readonly string[];
  /** Name of this node. */
  node: string;
  /** Hands the mail to the configured server; rejects where it does not take it for all recipients. */
  sendMail: (mail: AlarmMail) => Promise<void>;
}

/** Mails each alarm by `sendMail`. */
export function smtpSender(options: SmtpSenderOptions): AlarmSender {
  return {
    kind: 'smtp',
    send: (notice) =>
      options.sendMail({
        sender: options.from,
        recipients: options.to,
        content: Buffer.from(mailOf(notice, options), 'utf8'),
      }),
  };
}

function bodyOf(notice: AlarmNotice): string {
  const { event, ...data } = notice;
  return JSON.stringify({ type: `alarm.${event}`, timestamp: new Date().toISOString(), data });
}

function mailOf(notice: AlarmNotice, options: SmtpSenderOptions): string {
  const about = notice.about === undefined ? '' : ` (${notice.about})`;
  const lines = [
    `From: Easymail <${options.from}>`,
    `To: ${options.to.map((address) => `<${address}>`).join(',\r\n ')}`,
    `Subject: ${plain(`[${notice.node}] alarm ${notice.event}: ${notice.name}${about}`)}`,
    `Date: ${mailDate(Date.now())}`,
    `Message-ID: <${randomUUID()}@${notice.node}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    notice.meaning,
    '',
    `What was seen: ${notice.text}`,
    `Since: ${notice.since}`,
    `Node: ${notice.node}`,
    `What to do: ${notice.runbook}`,
    '',
  ];
  return lines.join('\r\n');
}

/** One line of ASCII, for a header. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
