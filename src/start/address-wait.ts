// Mail that waits because its customer has no active address goes on as soon as an applied change brings one, instead of
// when its retry is due.

import type { Directory } from '../mail/authorise/directory.ts';
import { BUSINESS_STREAM, type CustomerId } from '../mail/message.ts';
import type { StoreControl } from '../mail/queue/operations.ts';
import { chooseAddresses } from '../mail/route/sending-address.ts';
import type { Log } from '../platform/log.ts';

export interface AddressWaitOptions {
  directory: () => Directory;
  store: () => Pick<StoreControl, 'apply'>;
  alarms: () => { noAddress(customer: string): void; hasAddress(customer: string): void };
  log: Log;
}

export interface AddressWait {
  /** Queued mail of this customer found no active address. */
  found(customer: string): void;
  /** Pools, or what customers may use of them, changed; every relay thread was told. Never throws. */
  poolsChanged(): void;
  close(): void;
}

/** Mail that was just being put off while the change came is found by a second look. */
const SECOND_LOOK_MS = 2000;

/** Keeps who waits for an address, and lets waiting mail go on. */
export function createAddressWait(options: AddressWaitOptions): AddressWait {
  const waiting = new Set<string>();
  let secondLook: NodeJS.Timeout | undefined;
  const look = () => {
    for (const customer of waiting) {
      if (!hasAddresses(customer, options.directory())) continue;
      waiting.delete(customer);
      options.alarms().hasAddress(customer);
    }
    options
      .store()
      .apply({ verb: 'retry', query: { status: 'deferred', cause: 'no-address' } })
      .catch((err: unknown) => options.log.warn('mail that waits for an address not looked at', { err }));
  };
  return {
    found(customer) {
      waiting.add(customer);
      options.alarms().noAddress(customer);
    },
    poolsChanged() {
      clearTimeout(secondLook);
      look();
      secondLook = setTimeout(look, SECOND_LOOK_MS);
    },
    close: () => clearTimeout(secondLook),
  };
}

/** Whether mail of each of its streams would find an address. A customer that is gone is nobody's alarm. */
function hasAddresses(id: string, directory: Directory): boolean {
  const customer = directory.customer(id as CustomerId);
  if (customer === undefined) return true;
  const streams = [BUSINESS_STREAM, ...customer.streams.map((stream) => stream.name)];
  return streams.every(
    (stream) =>
      chooseAddresses({ customer, stream, direction: 'outbound', destination: '', hostname: '' }, directory) !== 'none',
  );
}
