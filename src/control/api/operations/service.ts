// How the relay is and what moves through it.

import { examineRelay, getExamination } from './service/examination.ts';
import { getHealth } from './service/get-health.ts';
import { getQueueSurvey } from './service/get-queue-survey.ts';
import { getRunbook } from './service/get-runbook.ts';
import { getTraffic } from './service/get-traffic.ts';
import { watchLive } from './service/watch-live.ts';

/** In the order of the documentation. */
export const serviceOperations = [
  getHealth,
  getExamination,
  examineRelay,
  getRunbook,
  getTraffic,
  getQueueSurvey,
  watchLive,
];
