// What the fields of one part say of it.

import { decodeWords } from '../encoded-word.ts';
import { firstText, type HeaderSection } from '../header.ts';
import { parseMimeValue } from '../parameters.ts';
import type { TransferEncoding, WalkedPart } from './tree.ts';

/** A part as its fields describe it. */
export interface Entity
  extends Pick<WalkedPart, 'kind' | 'type' | 'parameters' | 'disposition' | 'encoding' | 'names'> {
  boundary?: string;
}

/** Reads the fields; `defaultType` holds where they name no type. */
export function readEntity(section: HeaderSection, defaultType: string): Entity {
  const { value, parameters } = parseMimeValue(firstText(section, 'content-type') ?? '');
  const type = /^[^\s/]+\/[^\s/]+$/.test(value) ? value : defaultType;
  const disposition = parseMimeValue(firstText(section, 'content-disposition') ?? '');
  const names = new Set<string>();
  for (const name of [disposition.parameters.get('filename'), parameters.get('name')]) {
    if (name !== undefined && name !== '') names.add(decodeWords(name));
  }
  const boundary = parameters.get('boundary');
  return {
    kind: kindOf(type),
    type,
    parameters,
    disposition: disposition.value,
    encoding: encodingOf(firstText(section, 'content-transfer-encoding') ?? ''),
    names: [...names],
    ...(boundary !== undefined && { boundary }),
  };
}

function kindOf(type: string): WalkedPart['kind'] {
  if (type.startsWith('multipart/')) return 'multipart';
  return type === 'message/rfc822' || type === 'message/global' ? 'message' : 'leaf';
}

function encodingOf(text: string): TransferEncoding {
  const word = text.toLowerCase();
  if (word === 'base64' || word === 'quoted-printable') return word;
  if (word === 'x-uuencode' || word === 'uuencode' || word === 'x-uue') return 'uuencode';
  return word === '' || word === '7bit' || word === '8bit' || word === 'binary' ? 'identity' : 'unknown';
}
