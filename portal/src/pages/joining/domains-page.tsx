// Domains: of one customer with their records, or those of all in a list.

import { useScope } from '../../search.ts';
import { AllDomains } from './all/all-domains.tsx';
import { OwnDomains } from './own/own-domains.tsx';

export function Page() {
  const customer = useScope();
  return customer === undefined ? <AllDomains /> : <OwnDomains key={customer} customer={customer} />;
}
