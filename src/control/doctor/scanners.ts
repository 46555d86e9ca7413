// Scanners: does each answer, does it find what it has to, and does it say so where it did not look at everything.

import { readFileSync } from 'node:fs';
import type { ClamdReply } from '../../network/clamd/clamd-reply.ts';
import { EICAR } from '../../network/clamd/clamd-scanner.ts';
import { openClamdSession } from '../../network/clamd/clamd-session.ts';
import { looksAtAll, scanWith } from '../../network/clamd/looks-at-all.ts';
import { HttpExchange } from '../../network/rspamd/http-exchange.ts';
import { readRspamdAnswer } from '../../network/rspamd/rspamd-answer.ts';
import { scannerName } from '../../platform/config/scanners.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Finding } from './doctor.ts';

type Clamd = Config['clamd'][number];
type Rspamd = Config['rspamd'][number];

const CONNECT_MS = 3000;
const ANSWER_MS = 10_000;
const DAY_MS = 86_400_000;
/** Signatures come daily; a scanner that gets none for so long does not know what is about. */
const SIGNATURES_DAYS = 7;
/** A piece of a content that is as large as the scanner has to take. */
const PIECE = Buffer.alloc(1024 * 1024, 'x');

/** Asks each scanner. */
export async function examineScanners(config: Config, now: number): Promise<Finding[]> {
  const findings = await Promise.all([
    ...config.clamd.map((clamd) => examineClamd(clamd, config.limits.message_size, now)),
    ...config.rspamd.map(examineRspamd),
  ]);
  return findings.flat();
}

async function examineClamd(clamd: Clamd, largest: number, now: number): Promise<Finding[]> {
  const subject = `clamd ${scannerName(clamd.address)}`;
  try {
    const session = await openClamdSession(clamd.address, CONNECT_MS);
    const version = await session.command('VERSION', ANSWER_MS).finally(() => session.close());
    const findings = [signatures(subject, version, now), await detection(subject, clamd)];
    findings.push(await incomplete(subject, clamd), await room(subject, clamd, largest));
    return findings.filter((finding) => finding !== undefined);
  } catch (err) {
    const mend = 'start it (systemctl start clamav-daemon), or change address in [[clamd]]: until then mail gets 451';
    return [{ state: 'fault', subject, found: wordsOf(err), mend }];
  }
}

function wordsOf(err: unknown): string {
  return err instanceof Error ? err.message : 'failed';
}

/** `ClamAV 1.4.6/27812/Sat Nov 21 09:25:57 2026`; the second and third part are those of the daily signatures. */
function signatures(subject: string, version: string, now: number): Finding {
  const [engine = '', , date = ''] = version.split('/');
  const mend = 'see that freshclam runs, and look into its log';
  const made = Date.parse(date);
  if (Number.isNaN(made)) {
    return { state: 'warn', subject, found: `${engine} has no daily signatures`, mend };
  }
  const days = Math.floor((now - made) / DAY_MS);
  const found = `${engine}, signatures of ${new Date(made).toISOString().slice(0, 10)}`;
  return days > SIGNATURES_DAYS ? { state: 'warn', subject, found, mend } : { state: 'ok', subject, found };
}

async function detection(subject: string, clamd: Clamd): Promise<Finding | undefined> {
  const reply = await scan(clamd, [Buffer.from(EICAR)]);
  if (reply.kind === 'virus') return undefined;
  const found =
    reply.kind === 'clean' ? 'does not find the EICAR test file' : `says of the EICAR test file: ${reply.kind}`;
  const mend = 'its signatures are missing: run freshclam, and look into its log';
  return { state: clamd.prove ? 'fault' : 'warn', subject, found, mend };
}

/** By default clamd calls clean what it did not look at because of its limits: a virus could be there. */
async function incomplete(subject: string, clamd: Clamd): Promise<Finding | undefined> {
  if (await looksAtAll(clamd.address, clamd.timeout)) return undefined;
  const found = 'calls clean what is past its limits, and what it did not look at';
  return { state: 'fault', subject, found, mend: 'set "AlertExceedsMax yes" in clamd.conf' };
}

async function room(subject: string, clamd: Clamd, largest: number): Promise<Finding | undefined> {
  const pieces: Buffer[] = Array.from({ length: Math.floor(clamd.max_size / PIECE.length) }, () => PIECE);
  const reply = await scan(clamd, pieces).catch(() => undefined);
  const megabytes = Math.round(clamd.max_size / 1024 ** 2);
  if (reply === undefined || reply.kind === 'oversize') {
    const mend = `set StreamMaxLength, MaxFileSize and MaxScanSize in clamd.conf to "${megabytes}M" or more`;
    return { state: 'warn', subject, found: `does not take ${megabytes} MB, its max_size in [[clamd]]`, mend };
  }
  if (largest <= clamd.max_size) return undefined;
  const found = `takes ${megabytes} MB, and limits.message_size is ${Math.round(largest / 1024 ** 2)} MB`;
  const mend = 'what lies between is held or refused (setting virus_oversize): raise max_size and StreamMaxLength';
  return { state: 'warn', subject, found, mend };
}

function scan(clamd: Clamd, pieces: readonly Buffer[]): Promise<ClamdReply> {
  return scanWith(clamd.address, pieces, clamd.timeout);
}

async function examineRspamd(rspamd: Rspamd): Promise<Finding[]> {
  const subject = `rspamd ${scannerName(rspamd.address)}`;
  const http = new HttpExchange(rspamd.address);
  try {
    const content = Buffer.from('From: doctor@localhost\r\nTo: doctor@localhost\r\nSubject: doctor\r\n\r\nWell?\r\n');
    const headers = [
      ['User', 'easymail'],
      ['Queue-Id', 'doctor'],
    ] as const;
    const answer = await http.ask({ method: 'POST', path: '/checkv2', headers, body: [content] }, rspamd.timeout);
    if (readRspamdAnswer(answer.body) === undefined) throw new Error('answers rubbish');
    return [{ state: 'ok', subject, found: 'rates mail' }, ...(await examineController(rspamd))];
  } catch (err) {
    const mend = 'start it (systemctl start rspamd), or change address in [[rspamd]]: until then mail gets 451';
    return [{ state: 'fault', subject, found: wordsOf(err), mend }];
  } finally {
    http.close();
  }
}

async function examineController({ controller, password_file: file }: Rspamd): Promise<Finding[]> {
  if (controller === undefined) return [];
  const subject = `rspamd controller ${scannerName(controller)}`;
  const http = new HttpExchange(controller);
  try {
    const headers = file === undefined ? [] : [['Password', readFileSync(file, 'utf8').trim()] as const];
    const { status } = await http.ask({ method: 'GET', path: '/stat', headers, body: [] }, ANSWER_MS);
    if (status === 200) return [{ state: 'ok', subject, found: 'lets us in: it learns' }];
    const mend = 'put its password into the password_file of [[rspamd]]';
    return [{ state: 'warn', subject, found: `refuses us (${status}): nothing is learned`, mend }];
  } catch (err) {
    const found = `${wordsOf(err)}: nothing is learned`;
    return [{ state: 'warn', subject, found, mend: 'start it, or change controller in [[rspamd]]' }];
  } finally {
    http.close();
  }
}
