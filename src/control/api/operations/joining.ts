// Operations about customers on their way, and what all customers have.

import { checkOnboarding } from './customers/onboarding.ts';
import { listAllDomains } from './joining/list-all-domains.ts';
import { listAllMailHosts } from './joining/list-all-mail-hosts.ts';
import { listAllSources } from './joining/list-all-sources.ts';
import { listOrders } from './joining/list-orders.ts';
import { lookAtLink } from './joining/look-at-link.ts';

export const joiningOperations = [
  listOrders,
  listAllDomains,
  listAllMailHosts,
  listAllSources,
  lookAtLink,
  checkOnboarding,
];
