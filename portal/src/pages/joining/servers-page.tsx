// Mail hosts and sources: of one customer with all that belongs to them, or those of all in lists.

import { useScope } from '../../search.ts';
import { AllServers } from './all/all-servers.tsx';
import { OwnServers } from './own/own-servers.tsx';

export function Page() {
  const customer = useScope();
  return customer === undefined ? <AllServers /> : <OwnServers key={customer} customer={customer} />;
}
