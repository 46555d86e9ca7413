// Mails that hide a file from those who look for it and still show it to some reader: malformed and unusual MIME, made
// from tables.

import { boundaryFields, typeFields } from './boundaries.ts';
import { base64Bodies, beginnings, encodingFields, gaps, quotedBodies } from './encodings.ts';
import { B64, build, type Evasion, each, FILE, FILE_HEAD, HEAD, mixed, PAYLOAD, type Table, TEXT } from './mail.ts';
import { oldEncodings } from './old-encodings.ts';
import { structures } from './structures.ts';

/** Mails that hide EICAR, bare or in a zip, in parts that some reader unpacks. */
export function hiddenContent(): Evasion[] {
  const part = (file: string) => build({ parts: [TEXT, file] });
  const parts = (table: Table) => Object.fromEntries(Object.entries(table).map(([id, file]) => [id, part(file)]));
  const map = (table: Table, make: (text: string) => string) =>
    Object.fromEntries(Object.entries(table).map(([id, text]) => [id, make(text)]));
  const boundaries = Object.fromEntries(
    Object.entries(boundaryFields()).map(([id, { value, used }]) => [id, build({ type: value, boundary: used })]),
  );
  const message = 'Content-Type: multipart/mixed; boundary=out\r\n';
  return [
    ...each(
      'base64',
      map(base64Bodies(), (body) => part(`${FILE_HEAD}${B64}\r\n${body}`)),
    ),
    ...each(
      'base64 of the whole message',
      map(base64Bodies(), (body) => `${HEAD}${FILE_HEAD}${B64}\r\n${body}`),
    ),
    ...each(
      'quoted-printable',
      map(quotedBodies(), (body) => part(`${FILE_HEAD}Content-Transfer-Encoding: quoted-printable\r\n\r\n${body}`)),
    ),
    ...each(
      'encoding',
      map(encodingFields(), (field) => part(`${FILE_HEAD}${field}\r\n${mixed(PAYLOAD)}`)),
    ),
    ...each(
      'encoding first',
      map(encodingFields(), (field) => part(`${field}${FILE_HEAD}\r\n${mixed(PAYLOAD)}`)),
    ),
    ...each(
      'encoding of the message',
      map(encodingFields(), (field) => `${HEAD}${FILE_HEAD}${field}\r\n${mixed(PAYLOAD)}`),
    ),
    ...each('old encoding', parts(oldEncodings())),
    ...each('gap', parts(gaps())),
    ...each('begin', parts(beginnings())),
    ...each('boundary', boundaries),
    ...each(
      'boundary of a part',
      Object.fromEntries(
        Object.entries(boundaryFields()).map(([id, { value, used }]) => [
          id,
          build({
            type: message,
            boundary: 'out',
            parts: [`${value}\r\n--${used}\r\n${TEXT}--${used}\r\n${FILE}--${used}--\r\n`],
          }),
        ]),
      ),
    ),
    ...each(
      'type',
      map(typeFields(), (type) => build({ type })),
    ),
    ...each('structure', structures()),
  ];
}
