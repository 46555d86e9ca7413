// RFC 8601 2.2: the field that tells those behind us what we found.

/** What one method found. */
export interface WrittenResult {
  method: string;
  result: string;
  /** For people. */
  comment?: string | undefined;
  /** `ptype.property` and its value; those without a value, or with one that cannot be written, are left out. */
  properties?: readonly (readonly [name: string, value: string | undefined])[];
}

/** RFC 2045 5.1 token, without `=`; longer ones are nobody's. */
const PLAIN = /^[A-Za-z0-9@._+/!#$&*-]{1,255}$/;

/**
 * What stands behind `Authentication-Results:`, and behind the instance in ARC-Authentication-Results: the name of who
 * found it, and the results, a line each; without the last line end. Strangers' words never get into it unread.
 */
export function authenticationResults(id: string, results: readonly WrittenResult[]): string {
  if (results.length === 0) return `${id}; none`;
  return `${id};\r\n\t${results.map(written).join(';\r\n\t')}`;
}

function written({ method, result, comment, properties = [] }: WrittenResult): string {
  const note = comment === undefined ? '' : ` (${commentOf(comment)})`;
  const given = properties.flatMap(([name, value]) =>
    value !== undefined && PLAIN.test(value) ? [`${name}=${value}`] : [],
  );
  return `${method}=${result}${note}${given.length === 0 ? '' : ` ${given.join(' ')}`}`;
}

/** Text that cannot end the comment or begin another. */
function commentOf(text: string): string {
  return text.replaceAll(/[^ -~]|[()\\"]/g, ' ').slice(0, 100);
}
