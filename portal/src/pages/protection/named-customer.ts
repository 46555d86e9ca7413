import { useIsOperator, useScope } from '../../search.ts';

/** For what an operator asks or writes about one customer: that customer. Of a customer's person the API knows it. */
export function useNamedCustomer(): { customer?: string } {
  const scope = useScope();
  return useIsOperator() && scope !== undefined ? { customer: scope } : {};
}
