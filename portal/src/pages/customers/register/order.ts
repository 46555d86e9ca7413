// An order while it is typed.

import type { Input } from '../../../api/call.ts';
import type { Contact } from '../customer/contact.ts';

export const STEPS = ['customer', 'contract', 'service', 'contacts', 'summary'] as const;

export interface OrderedSubscription {
  kind: string;
  reference: string;
  since: string;
}

export interface Order {
  name: string;
  id: string;
  language: 'en' | 'de' | 'fr';
  contract: { number: string; sla: string; starts: string; agreed: string; note: string };
  domain: string;
  pools: string[];
  subscriptions: OrderedSubscription[];
  contacts: Contact[];
  invite: boolean;
}

export function emptyOrder(): Order {
  return {
    name: '',
    id: '',
    language: 'en',
    contract: { number: '', sla: 'standard', starts: '', agreed: '', note: '' },
    domain: '',
    pools: [],
    subscriptions: [],
    contacts: [],
    invite: true,
  };
}

/** The order has a contract once something of it was typed. */
export function hasContract({ contract }: Order): boolean {
  return contract.number !== '' || contract.starts !== '' || contract.agreed !== '' || contract.note !== '';
}

/** As the API takes it; what was left empty is left out. */
export function orderBody(order: Order): Input<'registerCustomer'>['body'] {
  const { id, domain, contract, contacts, ...rest } = order;
  return {
    ...rest,
    contacts: contacts.map(withoutEmpty),
    ...(id.trim() !== '' && { id: id.trim() }),
    ...(domain.trim() !== '' && { domain: domain.trim() }),
    ...(hasContract(order) && { contract: withoutEmpty(contract) }),
  };
}

function withoutEmpty<T extends object>(given: T): T {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')) as T;
}

/** The step on which a fault can be mended. */
export function stepOfField(field: string): number {
  const name = field.replace(/^body\./, '');
  if (name.startsWith('contract')) return 1;
  if (/^(?:domain|pools|subscriptions)/.test(name)) return 2;
  if (name.startsWith('contacts')) return 3;
  return /^(?:name|id|language)/.test(name) ? 0 : STEPS.length - 1;
}
