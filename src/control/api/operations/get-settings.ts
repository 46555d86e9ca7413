import { z } from 'zod';
import { type SettingInForce, settingsInForce } from '../../settings/settings-in-force.ts';
import type { ApiContext, ApiServer } from '../context.ts';

const settingSchema = z.object({
  key: z.string().describe('Such as `delivery.port`, or `listener.0.address` of the first of a list.'),
  section: z.string(),
  kind: z.enum(['time', 'size', 'number', 'boolean', 'text', 'address', 'choice', 'list', 'table']),
  choices: z.array(z.string()).nullable(),
  value: z.string().nullable().describe('As it is written in the file. Null: not set, or a secret.'),
  default: z.string().nullable(),
  required: z.boolean(),
  set: z.boolean(),
  secret: z.boolean().describe('It holds a secret: whether it is set is all that is said.'),
  origin: z.object({
    from: z.enum(['default', 'file', 'environment', 'sandbox']),
    line: z.number().nullable().describe('In the file.'),
    variable: z.string().nullable().describe('Of the environment.'),
  }),
  restart: z.boolean().describe('A change needs a restart; else the signal HUP is enough.'),
  waits: z.boolean().describe('It was changed in the file, and is in force after the restart.'),
  description: z.string(),
});

/** The configuration as it is in force. */
export function getSettings(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/settings',
    config: { access: { needs: 'relay:read', of: 'operator' } },
    schema: {
      operationId: 'getSettings',
      summary: 'Every key of the configuration as it is in force, and where its value comes from',
      description: 'Secrets are left out. What is set for customers is not in the configuration: see getProtection.',
      response: {
        200: z.object({
          file: z.string().nullable().describe('Null: the sandbox, whose settings are built in.'),
          entries: z.array(settingSchema),
        }),
      },
    },
    handler: async () => {
      const source = context.settings();
      return {
        file: source.file ?? null,
        entries: settingsInForce(source).map((one) => shown(one, source.file === undefined)),
      };
    },
  });
}

function shown(one: SettingInForce, sandbox: boolean): z.output<typeof settingSchema> {
  const { of: _of, choices, value, fallback, origin, ...rest } = one;
  return {
    ...rest,
    choices: choices ?? null,
    value: value ?? null,
    default: fallback ?? null,
    origin: {
      from: sandbox && origin.from === 'file' ? 'sandbox' : origin.from,
      line: !sandbox && origin.from === 'file' ? (origin.line ?? null) : null,
      variable: origin.from === 'environment' ? origin.variable : null,
    },
  };
}
