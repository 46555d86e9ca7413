// Shapes of exports in the API.

import { z } from 'zod';
import { EXPORT_COLUMNS, type ExportColumn } from '../../../messages/export-columns.ts';
import type { ShownExport } from '../../../messages/exports.ts';
import { EXPORT_STATES } from '../../../messages/tables.ts';
import { says } from '../../field-faults.ts';

export const exportPath = z.object({
  export: z.string().regex(/^exp_[0-9a-f]{24}$/, says('export-id')),
});

export const exportColumn = z.enum(EXPORT_COLUMNS);

export const exportSchema = z.object({
  id: z.string(),
  customer: z.string().nullable().describe('Null: over all customers.'),
  query: z.string(),
  columns: z.array(exportColumn),
  state: z.enum(EXPORT_STATES),
  rows: z.number().describe('Lines so far.'),
  progress: z.number().optional().describe('While it runs: the part of the time that is looked through, 0 to 1.'),
  searched_to: z.string().optional().describe('While it runs: everything later than this is in the file.'),
  octets: z.number().nullable(),
  cut: z.boolean().describe('There was more than an export holds; ask for a shorter time.'),
  asked_at: z.string(),
  ended_at: z.string().nullable(),
  expires_at: z.string().optional().describe('Until then the file can be fetched.'),
  fault: z
    .string()
    .nullable()
    .describe(
      'Why it failed: `erased` (an address in it was erased), `interrupted`, `no_room` (on the disk), `fault`, or a sentence.',
    ),
});

/** As the API shows it. */
export function shownExport({ row, progress, expiresAt }: ShownExport): z.input<typeof exportSchema> {
  const { id, customer, query, state, octets, cut, asked_at: asked, ended_at: ended, fault } = row;
  return {
    id,
    customer,
    query,
    columns: JSON.parse(row.columns) as ExportColumn[],
    state,
    rows: progress?.rows ?? row.rows,
    ...(progress !== undefined && {
      progress: progress.part,
      searched_to: new Date(progress.searchedTo).toISOString(),
    }),
    octets,
    cut: cut === 1,
    asked_at: new Date(asked).toISOString(),
    ended_at: ended === null ? null : new Date(ended).toISOString(),
    ...(expiresAt !== undefined && { expires_at: new Date(expiresAt).toISOString() }),
    fault,
  };
}
