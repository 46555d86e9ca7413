// Operations on the queue as a whole and on very many of it, in the order of the documentation.

import type { ApiContext, ApiServer } from '../context.ts';
import { jobOperations } from './queue/jobs.ts';
import { listQueueGroups } from './queue/list-queue-groups.ts';
import { previewQueueChange } from './queue/preview-queue-change.ts';
import { startQueueJob } from './queue/start-queue-job.ts';

export const queueOperations: readonly ((api: ApiServer, context: ApiContext) => void)[] = [
  listQueueGroups,
  previewQueueChange,
  startQueueJob,
  ...jobOperations({ part: 'queue', name: 'Queue', of: 'operator' }),
];
