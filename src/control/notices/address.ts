// Addresses that the relay is asked to write to.

import { z } from 'zod';
import { parseAddress } from '../../protocol/smtp/address.ts';
import { says } from '../api/field-faults.ts';

/** An address of a person's mailbox, read as strictly as the queue reads it. */
export const emailAddress = z
  .string()
  .max(254)
  .refine((text) => parseAddress(text)?.literal === false, says('email'));
