// The API with parts of a relay behind it, asked by its owner, for tests of operations.

import type { ApiContext, ApiServer } from '../../src/control/api/context.ts';
import { buildApi } from '../../src/control/api/server.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { configSchema } from '../../src/platform/config/schema.ts';
import { createTestLog } from '../../src/platform/log.ts';

/** Builds it: `context` and `services` are what the operations under test work with. */
export function buildOwnerApi(context: object, services: object = {}): Promise<ApiServer> {
  const authenticate = async () => ({ kind: 'owner', who: 'operator' });
  return buildApi({
    context: {
      status: () => ({ version: '1' }),
      ...context,
      services: { access: { authenticate }, ...services },
    } as unknown as ApiContext,
    http: configSchema.shape.http.parse({}),
    clock: systemClock,
    log: createTestLog(),
  });
}
