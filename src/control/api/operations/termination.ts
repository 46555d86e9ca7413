// Operations about customers that leave, and notices to people, in the order of the documentation.

import { beginTermination } from './termination/begin-termination.ts';
import { getCertificate } from './termination/get-certificate.ts';
import { getTermination } from './termination/get-termination.ts';
import { listCertificateKeys } from './termination/list-certificate-keys.ts';
import { listNotices } from './termination/list-notices.ts';
import { listTerminations } from './termination/list-terminations.ts';
import { lookAtRecords } from './termination/look-at-records.ts';
import { proceedTermination } from './termination/proceed-termination.ts';
import { reinstateCustomer } from './termination/reinstate-customer.ts';

export const terminationOperations = [
  listTerminations,
  getTermination,
  beginTermination,
  reinstateCustomer,
  proceedTermination,
  lookAtRecords,
  getCertificate,
  listCertificateKeys,
  listNotices,
];
