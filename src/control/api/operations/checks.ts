// Operations about checks, the records that customers publish, and grants by DNS.

import { askGrant } from './checks/ask-grant.ts';
import { dropGrant } from './checks/drop-grant.ts';
import { getChecks } from './checks/get-checks.ts';
import { getRecords } from './checks/get-records.ts';
import { listChecks } from './checks/list-checks.ts';
import { listGranted } from './checks/list-granted.ts';
import { listGrants } from './checks/list-grants.ts';
import { lookAgain } from './checks/look-again.ts';

export const checkOperations = [
  listChecks,
  getChecks,
  lookAgain,
  getRecords,
  listGrants,
  askGrant,
  dropGrant,
  listGranted,
];
