// In an inspect process: what is done for each job.

import { buildPreview } from '../preview/build-preview.ts';
import { contentJob } from './content-job.ts';
import type { JobName, Jobs } from './jobs.ts';

/** An answer, with the octets that its ranges speak of, one after the other. */
export interface JobAnswer<Name extends JobName> {
  answer: Jobs[Name]['answer'];
  octets: readonly Uint8Array[];
}

type Run<Name extends JobName> = (
  question: Jobs[Name]['question'],
  content: Buffer,
) => JobAnswer<Name> | Promise<JobAnswer<Name>>;

const runs: { [Name in JobName]: Run<Name> } = {
  content: contentJob,
  preview: (_question, content) => ({ answer: buildPreview(content), octets: [] }),
};

/** Does the job. What it throws ends the process: nobody knows what state hostile content leaves behind. */
export function runJob<Name extends JobName>(
  job: Name,
  question: Jobs[Name]['question'],
  content: Buffer,
): JobAnswer<Name> | Promise<JobAnswer<Name>> {
  return runs[job](question, content);
}
