// Looking for a part of a name in a list.

import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Whether one of the columns holds the text somewhere, in any case of ASCII letters. */
export function hasText(text: string, columns: readonly string[]): RawBuilder<SqlBool> {
  const part = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const found = columns.map((column) => sql<SqlBool>`${sql.ref(column)} like ${part} escape '\\'`);
  return sql<SqlBool>`(${sql.join(found, sql` or `)})`;
}
