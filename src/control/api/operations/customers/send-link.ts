// A link that was made may be mailed by the relay itself.

import { z } from 'zod';
import type { MadeLink } from '../../../customers/links.ts';
import { emailAddress } from '../../../notices/address.ts';
import { LANGUAGES } from '../../../notices/languages.ts';
import type { Services } from '../../../services.ts';
import { madeLinkSchema, shownMadeLink } from './shapes.ts';

export const sendTo = z
  .strictObject({ email: emailAddress, language: z.enum(LANGUAGES).optional() })
  .optional()
  .describe('Mails the link to this person, in this language; else in the customer’s.');

export const sentLinkSchema = madeLinkSchema.extend({
  sent: z.boolean().optional().describe('Of a link to be mailed: false where too many mails were sent already.'),
});

/** The answer about a link, once it was mailed where that was asked for. `sender`: who asks, as the reader knows it. */
export async function sendLink(
  services: Pick<Services, 'customers' | 'notices'>,
  link: MadeLink,
  to: z.output<typeof sendTo>,
  sender?: string,
): Promise<z.output<typeof sentLinkSchema>> {
  if (to === undefined) return shownMadeLink(link);
  const account = await services.customers.get(link.customer);
  const reader = { address: to.email, language: to.language ?? account?.language ?? 'en' };
  const customer = account?.name ?? link.customer;
  const common = { customer, link: link.url, until: link.expiresAt };
  const whose = { customer: link.customer };
  const { tell } = services.notices;
  const told =
    link.kind === 'onboarding'
      ? await tell('onboarding_link', reader, common, whose)
      : await tell('records_for_colleague', reader, { ...common, sender: sender ?? customer }, whose);
  return { ...shownMadeLink(link), sent: told.kind === 'sent' };
}
