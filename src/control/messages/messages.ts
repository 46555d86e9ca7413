// What people make of the trace besides reading it: exports, links to one message, searches that they keep.

import type { Step } from '../customers/step.ts';
import { formsOf } from '../privacy/places.ts';
import { type ExportParts, MessageExports } from './exports.ts';
import { openSavedSearches, type SavedSearches } from './saved-searches.ts';
import { MessageShares, type ShareParts } from './shares.ts';

export interface Messages {
  exports: MessageExports;
  shares: MessageShares;
  searches: SavedSearches;
  /** Takes files that name an address of the customer's mail; answers how many went. */
  forget(customer: string, address: string): Promise<number>;
  /** Takes away what is a customer's, in the transaction that removes it. */
  erase(step: Step, customer: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens all three. */
export function openMessages(parts: ExportParts & ShareParts): Messages {
  const exports = new MessageExports(parts);
  return {
    exports,
    shares: new MessageShares(parts),
    searches: openSavedSearches(parts),
    forget: (customer, address) => exports.forget(customer, formsOf(address)),
    async erase({ trx, after }, customer) {
      const gone = await trx.deleteFrom('message_export').where('customer', '=', customer).returning('id').execute();
      await trx.deleteFrom('message_share').where('customer', '=', customer).execute();
      await trx.deleteFrom('saved_search').where('customer', '=', customer).execute();
      after.push(() => exports.removeFilesOf(gone.map(({ id }) => id)));
    },
    close: () => exports.close(),
  };
}
