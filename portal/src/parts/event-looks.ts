// How what happened to a message looks on its way: a sign and a colour; the word beside it says the same.

import { IconAlertTriangle, IconCheck, IconClock, IconHandStop, IconInbox, IconX } from '@tabler/icons-react';
import type { ComponentType } from 'react';

export interface EventLook {
  icon: ComponentType<{ size?: number }>;
  color: string;
}

/** By the last word of the event's type. */
export const EVENT_LOOKS: Readonly<Record<string, EventLook>> = {
  accepted: { icon: IconInbox, color: 'petrol.7' },
  delivered: { icon: IconCheck, color: 'green.9' },
  deferred: { icon: IconClock, color: 'yellow.9' },
  held: { icon: IconHandStop, color: 'yellow.9' },
  quarantined: { icon: IconHandStop, color: 'yellow.9' },
  bounced: { icon: IconX, color: 'red.9' },
  expired: { icon: IconX, color: 'red.9' },
};
export const OTHER_LOOK: EventLook = { icon: IconAlertTriangle, color: 'gray.7' };
