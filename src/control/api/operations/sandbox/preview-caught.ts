import { sandboxFor } from '../../../sandbox/who-may.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { previewSchema } from '../quarantine/preview-quarantined.ts';
import { caughtPath, noLongerKept, SANDBOX_ACCESS } from './sandbox-schemas.ts';

/** Octets of a message that a preview is made of. */
const PREVIEWED = 4 * 1024 ** 2;

/** What a caught message looks like: made as that of a message in quarantine, by the same process. */
export function previewCaught(api: ApiServer, context: ApiContext): void {
  api.route({
    method: 'GET',
    url: '/api/v1/sandbox/messages/:name/preview',
    config: { access: SANDBOX_ACCESS },
    schema: {
      operationId: 'previewCaught',
      summary: 'See header and text of a caught message, its HTML made harmless',
      params: caughtPath,
      response: { 200: previewSchema },
    },
    handler: async (request) => {
      const sandbox = sandboxFor(context, request);
      const content = await sandbox.source(request.params.name);
      if (content === undefined) throw noLongerKept();
      const preview = await sandbox.preview(content.subarray(0, PREVIEWED));
      return content.length > PREVIEWED ? { ...preview, truncated: true } : preview;
    },
  });
}
