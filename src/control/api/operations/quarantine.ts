// Operations on the quarantine, in the order of the documentation.

import type { ApiContext, ApiServer } from '../context.ts';
import { changeQuarantine } from './quarantine/change-quarantine.ts';
import { deleteQuarantined } from './quarantine/delete-quarantined.ts';
import { quarantineLinks } from './quarantine/links.ts';
import { listQuarantineActs } from './quarantine/list-acts.ts';
import { listQuarantine } from './quarantine/list-quarantine.ts';
import { previewQuarantineChange } from './quarantine/preview-quarantine-change.ts';
import { previewQuarantined } from './quarantine/preview-quarantined.ts';
import { releaseQuarantined } from './quarantine/release-quarantined.ts';
import { releaseVirus } from './quarantine/release-virus.ts';
import { reportQuarantined } from './quarantine/report-quarantined.ts';
import { showQuarantined } from './quarantine/show-quarantined.ts';
import { startQuarantineJob } from './quarantine/start-quarantine-job.ts';
import { jobOperations } from './queue/jobs.ts';

export const quarantineOperations: readonly ((api: ApiServer, context: ApiContext) => void)[] = [
  listQuarantine,
  listQuarantineActs,
  changeQuarantine,
  previewQuarantineChange,
  startQuarantineJob,
  ...jobOperations({ part: 'quarantine', name: 'Quarantine', of: 'query' }),
  showQuarantined,
  previewQuarantined,
  releaseQuarantined,
  releaseVirus,
  deleteQuarantined,
  reportQuarantined,
  quarantineLinks,
];
