// Operations of the sandbox, which a relay with a configuration does not have.

import { getCaughtSource } from './sandbox/get-caught-source.ts';
import { getSandbox } from './sandbox/get-sandbox.ts';
import { listCaught } from './sandbox/list-caught.ts';
import { openSandboxSession } from './sandbox/open-session.ts';
import { previewCaught } from './sandbox/preview-caught.ts';
import { sendSample } from './sandbox/send-sample.ts';
import { showCaught } from './sandbox/show-caught.ts';

export const sandboxOperations = [
  getSandbox,
  listCaught,
  showCaught,
  previewCaught,
  getCaughtSource,
  sendSample,
  openSandboxSession,
];
