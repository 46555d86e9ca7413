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
import { type Finding, finding } from './findings.ts';

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
  const address = scannerName(clamd.address);
  try {
    const session = await openClamdSession(clamd.address, CONNECT_MS);
    const version = await session.command('VERSION', ANSWER_MS).finally(() => session.close());
    const findings = [signatures(address, version, now), await detection(address, clamd)];
    findings.push(await incomplete(address, clamd), await room(address, clamd, largest));
    return findings.filter((one) => one !== undefined);
  } catch (err) {
    return [finding('fault', 'clamd-down', { address, detail: wordsOf(err) })];
  }
}

function wordsOf(err: unknown): string {
  return err instanceof Error ? err.message : 'failed';
}

/** `ClamAV 1.4.6/27812/Sat Nov 21 09:25:57 2026`; the second and third part are those of the daily signatures. */
function signatures(address: string, version: string, now: number): Finding {
  const [engine = '', , date = ''] = version.split('/');
  const made = Date.parse(date);
  if (Number.isNaN(made)) return finding('warn', 'clamd-no-signatures', { address, engine });
  const days = Math.floor((now - made) / DAY_MS);
  const known = { address, engine, day: new Date(made).toISOString().slice(0, 10) };
  return days > SIGNATURES_DAYS
    ? finding('warn', 'clamd-old-signatures', known)
    : finding('ok', 'clamd-signatures', known);
}

async function detection(address: string, clamd: Clamd): Promise<Finding | undefined> {
  const reply = await scan(clamd, [Buffer.from(EICAR)]);
  if (reply.kind === 'virus') return undefined;
  const state = clamd.prove ? 'fault' : 'warn';
  return reply.kind === 'clean'
    ? finding(state, 'clamd-blind', { address })
    : finding(state, 'clamd-eicar', { address, answer: reply.kind });
}

/** By default clamd calls clean what it did not look at because of its limits: a virus could be there. */
async function incomplete(address: string, clamd: Clamd): Promise<Finding | undefined> {
  if (await looksAtAll(clamd.address, clamd.timeout)) return undefined;
  return finding('fault', 'clamd-incomplete', { address });
}

async function room(address: string, clamd: Clamd, largest: number): Promise<Finding | undefined> {
  const pieces: Buffer[] = Array.from({ length: Math.floor(clamd.max_size / PIECE.length) }, () => PIECE);
  const reply = await scan(clamd, pieces).catch(() => undefined);
  const megabytes = Math.round(clamd.max_size / 1024 ** 2);
  if (reply === undefined || reply.kind === 'oversize') {
    return finding('warn', 'clamd-room', { address, megabytes });
  }
  if (largest <= clamd.max_size) return undefined;
  return finding('warn', 'clamd-smaller', { address, megabytes, largest: Math.round(largest / 1024 ** 2) });
}

function scan(clamd: Clamd, pieces: readonly Buffer[]): Promise<ClamdReply> {
  return scanWith(clamd.address, pieces, clamd.timeout);
}

async function examineRspamd(rspamd: Rspamd): Promise<Finding[]> {
  const address = scannerName(rspamd.address);
  const http = new HttpExchange(rspamd.address);
  try {
    const content = Buffer.from('From: doctor@localhost\r\nTo: doctor@localhost\r\nSubject: doctor\r\n\r\nWell?\r\n');
    const headers = [
      ['User', 'easymail'],
      ['Queue-Id', 'doctor'],
    ] as const;
    const answer = await http.ask({ method: 'POST', path: '/checkv2', headers, body: [content] }, rspamd.timeout);
    if (readRspamdAnswer(answer.body) === undefined) throw new Error('answers rubbish');
    return [finding('ok', 'rspamd-rates', { address }), ...(await examineController(rspamd))];
  } catch (err) {
    return [finding('fault', 'rspamd-down', { address, detail: wordsOf(err) })];
  } finally {
    http.close();
  }
}

async function examineController({ controller, password_file: file }: Rspamd): Promise<Finding[]> {
  if (controller === undefined) return [];
  const address = scannerName(controller);
  const http = new HttpExchange(controller);
  try {
    const headers = file === undefined ? [] : [['Password', readFileSync(file, 'utf8').trim()] as const];
    const { status } = await http.ask({ method: 'GET', path: '/stat', headers, body: [] }, ANSWER_MS);
    if (status === 200) return [finding('ok', 'controller-learns', { address })];
    return [finding('warn', 'controller-refuses', { address, status })];
  } catch (err) {
    return [finding('warn', 'controller-down', { address, detail: wordsOf(err) })];
  } finally {
    http.close();
  }
}
