import { z } from 'zod';
import type { QueueId } from '../../../../mail/message.ts';
import { type SignatureVerdict, splitMessage, verifyMessage } from '../../../../protocol/dkim/verify.ts';
import { recordsAsMade } from '../../../dkim/records-as-made.ts';
import { journeyOf, journeyStep } from '../../../sandbox/journey.ts';
import type { SandboxDesk } from '../../../sandbox/sandbox-desk.ts';
import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { valueOf } from '../../problem.ts';
import { caughtPath, caughtSchema, noLongerKept, SANDBOX_ACCESS, shownCaught } from './sandbox-schemas.ts';

/** Octets of a source that are shown; the whole can be downloaded. */
const MOST_SOURCE = 512 * 1024;
const MOST_FIELDS = 300;

const signatureSchema = z.object({
  result: z.enum(['pass', 'fail', 'permerror', 'temperror']),
  reason: z.string().nullable(),
  domain: z.string().nullable(),
  selector: z.string().nullable(),
  algorithm: z.string().nullable(),
});

/** One caught message: its header field by field, its source, its signatures, and its way through the relay. */
export function showCaught(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sandbox/messages/:name',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'showCaught',
      summary: 'One caught message: header, source, signatures, and its way through the relay',
      params: caughtPath,
      response: {
        200: z.object({
          message: caughtSchema,
          fields: z.array(z.object({ name: z.string(), value: z.string() })).describe('As they stand, in order.'),
          source: z.string().describe('As it was received, 512 KB at most.'),
          truncated: z.boolean(),
          signatures: z.array(signatureSchema).describe('Checked with the keys that the relay would have published.'),
          journey: z.array(journeyStep).describe('From the trace; empty where it is not there (yet).'),
        }),
      },
    },
    handler: async (request) => {
      const { name } = request.params;
      const sandbox = sandboxFor(context, request);
      const { message, content } = await caught(sandbox, name);
      const verdicts = await verifyMessage(content, recordsAsMade(context.control.database), {
        now: Math.floor(Date.now() / 1000),
      });
      return {
        message: shownCaught(message),
        fields: fieldsOf(content),
        source: content.subarray(0, MOST_SOURCE).toString('utf8'),
        truncated: content.length > MOST_SOURCE,
        signatures: verdicts.map(shownSignature),
        journey: message.id === undefined ? [] : await journey(context, message.id),
      };
    },
  });
}

async function caught(sandbox: SandboxDesk, wanted: string) {
  const message = (await sandbox.caught()).find(({ name }) => name === wanted);
  const content = message === undefined ? undefined : await sandbox.source(wanted);
  if (message === undefined || content === undefined) throw noLongerKept();
  return { message, content };
}

function fieldsOf(content: Buffer): { name: string; value: string }[] {
  const { fields } = splitMessage(content);
  return fields.slice(0, MOST_FIELDS).map((field) => {
    const text = Buffer.from(field, 'latin1').toString('utf8');
    const colon = text.indexOf(':');
    return { name: text.slice(0, Math.max(0, colon)), value: text.slice(colon + 1).trim() };
  });
}

function shownSignature({ result, reason, domain, selector, algorithm }: SignatureVerdict) {
  return {
    result,
    reason: reason ?? null,
    domain: domain ?? null,
    selector: selector ?? null,
    algorithm: algorithm ?? null,
  };
}

async function journey({ reader }: ApiContext, id: string) {
  const message = valueOf(await reader.traceShow(id as QueueId), 'id');
  return message === undefined ? [] : journeyOf(message.events);
}
