// Operations about privacy, in the order of the documentation.

import { getRegister, getRegisterText } from './privacy/get-register.ts';
import { getRetention } from './privacy/get-retention.ts';
import { listContentAccess } from './privacy/list-content-access.ts';
import { listPrivacyRequests } from './privacy/list-requests.ts';
import { openPrivacyRequest } from './privacy/open-request.ts';
import { runRetention } from './privacy/run-retention.ts';
import { getExportResult, showPrivacyRequest } from './privacy/show-request.ts';

export const privacyOperations = [
  openPrivacyRequest,
  listPrivacyRequests,
  showPrivacyRequest,
  getExportResult,
  getRetention,
  runRetention,
  getRegister,
  getRegisterText,
  listContentAccess,
];
