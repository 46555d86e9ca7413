// News that come in masses, told once in a while.

const NO_ADDRESS_TOLD_MS = 10_000;

/** A whole queue may find no address: main hears of each customer once in a while. */
export function oncePerCustomer(tell: (customer: string) => void, now: () => number): (customer: string) => void {
  const told = new Map<string, number>();
  return (customer) => {
    const at = now();
    if (at - (told.get(customer) ?? Number.NEGATIVE_INFINITY) < NO_ADDRESS_TOLD_MS) return;
    if (told.size > 1000) told.clear();
    told.set(customer, at);
    tell(customer);
  };
}
