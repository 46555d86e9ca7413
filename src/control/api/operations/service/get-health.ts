import { z } from 'zod';
import type { HealthReport } from '../../../health/health.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { sentenceValues, shownSaid, shownValues, wordsOf, wordsSchema } from '../../reasons.ts';
import { reconcilerState, surveySchema } from './service-schemas.ts';

const time = z.string().describe('ISO 8601.');
const runSchema = z.object({
  at: time,
  faults: z.number().describe('What could not be done, or should be gone and is not.'),
});

const healthSchema = z.object({
  at: time,
  state: z
    .enum(['well', 'attention', 'trouble'])
    .describe('`trouble`: an alarm is on. `attention`: none is, but something is to be seen to.'),
  relay: z.object({ version: z.string(), hostname: z.string(), state: z.string(), started_at: time }),
  alarms: z.array(
    z.object({
      name: z.string().describe('That of its runbook too.'),
      about: z.string().optional(),
      meaning: z.string(),
      text: z.string().describe('What was seen.'),
      code: z.string().optional().describe('Of that sentence, where it may be said in other languages.'),
      values: sentenceValues,
      words: wordsSchema,
      since: time,
    }),
  ),
  threads: z.array(
    z.object({
      name: z.string(),
      since: time,
      restarts: z.number().describe('How often it ended by itself and was started again.'),
      busy: z.number().describe('Share of the time since this was asked before, 0 to 1.'),
    }),
  ),
  disk: z.object({
    free: z.number().nullable().describe('Octets; null where the store thread does not answer.'),
    total: z.number(),
    low_water: z.number().describe('Below it new mail gets 452.'),
    full: z.boolean(),
  }),
  queue: surveySchema.nullable().describe('Null where it could not be looked through in time.'),
  fresh_age_ms: z.number().nullable().describe('How long the oldest never-tried mail that could go has waited.'),
  events_pending: z.number().nullable().describe('Events that the trace has not taken yet.'),
  reconciler: z.object({
    state: reconcilerState,
    at: time.nullable(),
    faults: z.array(z.string()),
    unknown: z.array(z.string()).describe('Looks that could not be taken.'),
    words: wordsSchema,
  }),
  scanners: z.array(
    z.object({
      scanner: z.string(),
      address: z.string(),
      state: z.enum(['unknown', 'up', 'down']),
      since: time.nullable(),
      incomplete: z.boolean().nullable().describe('It calls clean what is past its limits.'),
      fault: z.string().nullable().describe('Of one that is down: why.'),
      words: wordsSchema,
    }),
  ),
  backup: z.object({
    off: z.string().nullable().describe('Why none are made; null where they are.'),
    off_code: z.string().optional().describe('Code of that problem.'),
    off_values: sentenceValues,
    interval_ms: z.number(),
    state: z.enum(['idle', 'running', 'done', 'failed']),
    fault: z.string().nullable(),
    words: wordsSchema,
    last: z.object({ id: z.string(), made_at: time, size: z.number() }).nullable(),
  }),
  retention: z.object({ last_drop: runSchema.nullable(), last_look: runSchema.nullable() }),
  certificates: z.array(
    z.object({
      file: z.string(),
      used_by: z.array(z.string()),
      names: z.array(z.string()),
      ends_at: time.nullable(),
      state: z.enum(['good', 'ends_soon', 'ended', 'unreadable']),
    }),
  ),
});
type Shown = z.output<typeof healthSchema>;

/** How the relay is, in one answer. */
export function getHealth(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/health',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'getHealth',
      summary: 'How the relay is: alarms, threads, disk, queue by age, reconciler, scanners, backups, certificates',
      response: { 200: healthSchema },
    },
    handler: async () => {
      const report = await context.services.health.report();
      const { version, hostname, state, started_at } = context.status();
      return { ...shown(report), relay: { version, hostname, state, started_at } };
    },
  });
}

function shown(report: HealthReport): Omit<Shown, 'relay'> {
  const { store, disk, queue, reconciler } = report;
  return {
    at: isoOf(report.at),
    state: stateOf(report),
    alarms: report.alarms.map((alarm) => ({
      ...shownSaid(alarm),
      ...(alarm.code === undefined && wordsOf({ text: alarm.text })),
    })),
    threads: report.threads.map((thread) => ({ ...thread, since: isoOf(thread.since) })),
    disk: { ...disk, free: store?.free ?? null, full: store?.full ?? false },
    queue: queue ?? null,
    fresh_age_ms: store?.freshAgeMs ?? null,
    events_pending: store?.eventsPending ?? null,
    reconciler: {
      ...reconciler,
      at: reconciler.at === undefined ? null : isoOf(reconciler.at),
      ...wordsOf({ faults: reconciler.faults, unknown: reconciler.unknown }),
    },
    scanners: report.scanners.map(shownScanner),
    backup: shownBackup(report.backup),
    retention: shownRuns(report.retention),
    certificates: report.certificates.map((one) => ({
      ...one,
      ends_at: one.ends_at === undefined ? null : isoOf(one.ends_at),
    })),
  };
}

/** An alarm says that something is wrong; the rest may have no alarm yet, or none at all. */
function stateOf({ alarms, store, queue, scanners, certificates, backup, reconciler }: HealthReport): Shown['state'] {
  if (alarms.length > 0 || store === undefined) return 'trouble';
  const seenTo =
    queue !== undefined &&
    reconciler.state !== 'fault' &&
    backup.plan.off === null &&
    backup.present.state !== 'failed' &&
    scanners.every(({ state, incomplete }) => state !== 'down' && incomplete !== true) &&
    certificates.every(({ state }) => state === 'good');
  return seenTo ? 'well' : 'attention';
}

function shownScanner(one: HealthReport['scanners'][number]): Shown['scanners'][number] {
  const fault = one.state === 'down' ? (one.lastFault?.detail ?? null) : null;
  return {
    scanner: one.scanner,
    address: one.address,
    state: one.state,
    since: one.since === undefined ? null : isoOf(one.since),
    incomplete: one.incomplete ?? null,
    fault,
    ...wordsOf({ fault }),
  };
}

function shownBackup({ plan, present, last }: HealthReport['backup']): Shown['backup'] {
  const { keep_ms: _keep, off_values: values, ...shown } = plan;
  const fault = present.state === 'failed' ? present.message : null;
  return {
    ...shown,
    ...(values !== undefined && { off_values: shownValues(values) }),
    state: present.state,
    fault,
    ...wordsOf({ fault }),
    last: last === undefined ? null : { id: last.id, made_at: last.made_at, size: last.size },
  };
}

function shownRuns({ last_drop, last_look }: HealthReport['retention']): Shown['retention'] {
  return {
    last_drop: last_drop && { at: last_drop.at, faults: Object.keys(last_drop.failed).length },
    last_look: last_look && { at: last_look.at, faults: last_look.findings.length + last_look.unknown.length },
  };
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
