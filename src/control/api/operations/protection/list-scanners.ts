import { z } from 'zod';
import { countsOf, lastHour, quantileOf, type RecentHour } from '../../../../platform/recent-counts.ts';
import type { WatchedScanner } from '../../../scanners/scanners.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { wordsOf, wordsSchema } from '../../reasons.ts';

const count = z.number();
const kind = z.enum(['clamd', 'rspamd']);

const scannerShape = z.object({
  scanner: kind,
  address: z.string().describe('As in the configuration.'),
  state: z.enum(['unknown', 'up', 'down']).describe('`unknown`: just started.'),
  since: z.string().nullable().describe('Since when it is up or down.'),
  incomplete: z
    .boolean()
    .nullable()
    .describe('A fault: it calls clean what is past its limits (`AlertExceedsMax` is off). Null: not known.'),
  last_fault: z
    .object({ at: z.string(), detail: z.string(), words: wordsSchema })
    .nullable()
    .describe('What was wrong last, also if it is over.'),
  probe_ms: count.nullable().describe('Milliseconds of the last probe that ended well.'),
  engine: z.string().nullable(),
  signatures: z.object({ version: z.string(), made_at: z.string() }).nullable().describe('The daily ones of a clamd.'),
  max_size: count.describe('Octets that it is given.'),
  timeout_ms: count,
  connections: count.describe('Scans at the same time, of each relay thread.'),
  last_hour: z.object({
    scans: count,
    unavailable: count.describe('Scans without an answer.'),
    mean_ms: count.nullable(),
    results: z.array(z.object({ result: z.string(), scans: count })),
    slots: z.array(count).describe('Scans in five minutes each, as `starts`.'),
  }),
});

const answerShape = z.object({
  entries: z.array(scannerShape).describe('In the order of the configuration. Empty: nothing is scanned.'),
  starts: z.array(z.string()).describe('Begin of each slot of the last hour.'),
  times: z
    .array(z.object({ scanner: kind, half_ms: count, most_ms: count }))
    .describe('Half of the last hour’s scans, and 95 of 100, were done in so many milliseconds, or a little less.'),
  learning: z.object({
    waiting: count.describe('Released messages that are still to be learned.'),
    taught: count.describe('Since the start.'),
    failed: count,
    controllers: z.array(
      z.object({
        address: z.string(),
        state: z.enum(['up', 'refused', 'down']).describe('`refused`: it does not take our password.'),
        learned: count.nullable().describe('Messages that it has learned, as it says.'),
      }),
    ),
  }),
});

/** All scanners, as they are and as they were in the last hour. */
export function listScanners(api: ApiServer, { services }: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/scanners',
    config: { access: { needs: 'protection:read', of: 'operator' } },
    schema: {
      operationId: 'listScanners',
      summary: 'Scanners: whether each answers, how long it takes, its signatures, and what is learned',
      response: { 200: answerShape },
    },
    handler: async () => {
      const { scanners, quarantine, recentCounts } = services;
      const [hour, controllers] = await Promise.all([recentCounts.read(), scanners.controllers()]);
      return {
        entries: scanners.list().map((scanner) => shownScanner(scanner, hour)),
        starts: hour.starts.map((at) => new Date(at).toISOString()),
        times: (['clamd', 'rspamd'] as const).flatMap((scanner) => timesOf(scanner, hour)),
        learning: {
          ...quarantine.lessons,
          controllers: controllers.map(({ learned = null, ...controller }) => ({ ...controller, learned })),
        },
      };
    },
  });
}

function shownScanner(scanner: WatchedScanner, hour: RecentHour): z.output<typeof scannerShape> {
  const { lastFault, takes, version, since, probeMs } = scanner;
  return {
    scanner: scanner.scanner,
    address: scanner.address,
    state: scanner.state,
    since: since === undefined ? null : new Date(since).toISOString(),
    incomplete: scanner.incomplete ?? null,
    last_fault: lastFault === undefined ? null : shownFault(lastFault),
    probe_ms: probeMs === undefined ? null : Math.round(probeMs * 10) / 10,
    ...signaturesOf(version),
    max_size: takes.maxSize,
    timeout_ms: takes.timeoutMs,
    connections: takes.connections,
    last_hour: hourOf(scanner, hour),
  };
}

/** `ClamAV 1.4.6/27812/Sat Nov 21 09:25:57 2026`; without daily signatures the first part alone. */
function signaturesOf(version = ''): Pick<z.output<typeof scannerShape>, 'engine' | 'signatures'> {
  const [engine = '', number, date = ''] = version.split('/');
  const made = Date.parse(date);
  const known = number !== undefined && !Number.isNaN(made);
  return {
    engine: engine || null,
    signatures: known ? { version: number, made_at: new Date(made).toISOString() } : null,
  };
}

function hourOf({ scanner, address }: WatchedScanner, hour: RecentHour): z.output<typeof scannerShape>['last_hour'] {
  const scans = countsOf(hour, 'easymail_scans_total', { scanner, address });
  const results = scans
    .map((one) => ({ result: one.labels['result'] ?? '', scans: lastHour(one) }))
    .filter((one) => one.scans > 0)
    .sort((a, b) => b.scans - a.scans);
  const all = results.reduce((sum, one) => sum + one.scans, 0);
  const [took] = countsOf(hour, 'easymail_scan_seconds_total', { scanner, address });
  return {
    scans: all,
    unavailable: results.find(({ result }) => result === 'unavailable')?.scans ?? 0,
    mean_ms: all === 0 || took === undefined ? null : Math.round((lastHour(took) / all) * 10_000) / 10,
    results,
    slots: hour.starts.map((_, slot) => scans.reduce((sum, one) => sum + (one.slots[slot] ?? 0), 0)),
  };
}

function timesOf(scanner: z.output<typeof kind>, hour: RecentHour): z.output<typeof answerShape>['times'] {
  const half = quantileOf(hour, `easymail_${scanner}_seconds`, 0.5);
  const most = quantileOf(hour, `easymail_${scanner}_seconds`, 0.95);
  if (half === undefined || most === undefined) return [];
  return [{ scanner, half_ms: half * 1000, most_ms: most * 1000 }];
}

function shownFault({ at, detail }: { at: number; detail: string }): z.output<typeof scannerShape>['last_fault'] {
  return { at: new Date(at).toISOString(), detail, ...wordsOf({ detail }) };
}
