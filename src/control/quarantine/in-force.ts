// Settings of the quarantine as they are in force for a customer.

import { type ProtectionSettings, settingsFor } from '../../mail/inspect/protection.ts';
import type { CustomerId, Direction } from '../../mail/message.ts';
import type { HeldMessage } from '../../mail/queue/read-held.ts';
import type { QuarantineParts } from './parts.ts';

const DAY_MS = 86_400_000;

/** The settings for a message that is held. */
export function settingsOf(
  { directory }: Pick<QuarantineParts, 'directory'>,
  { customer, direction, stream }: Pick<HeldMessage, 'customer' | 'direction' | 'stream'>,
): ProtectionSettings {
  return settingsFor(directory, { customer, direction, stream });
}

/** When a message is removed from quarantine, by the settings of now; milliseconds since 1970. */
export function expiryOf(parts: Pick<QuarantineParts, 'directory'>, message: HeldMessage): number {
  return message.heldSince + settingsOf(parts, message).quarantine_days * DAY_MS;
}

/** The shortest time that any message of the customer is kept in quarantine, milliseconds. */
export function shortestStay(
  { directory }: Pick<QuarantineParts, 'directory'>,
  customer: CustomerId,
  streams: readonly string[],
): number {
  const days = (['inbound', 'outbound'] satisfies Direction[]).flatMap((direction) =>
    ['', ...streams].map((stream) => settingsFor(directory, { customer, direction, stream }).quarantine_days),
  );
  return Math.min(...days) * DAY_MS;
}
