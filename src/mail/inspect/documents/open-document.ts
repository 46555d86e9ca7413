// OpenDocument (OASIS ODF 1.3): macros, events that start them, templates and objects from elsewhere, text.

import { asBuffer } from '../archives/binary.ts';
import { decodeText } from '../content/decode-text.ts';
import type { Entry, Reading } from '../content/reading.ts';
import type { PartTrait } from '../content/taken-apart.ts';
import type { Work } from '../content/work.ts';
import { isRemote } from './fields.ts';
import { xmlText } from './open-xml.ts';

const MOST_XML = 8 * 1024 * 1024;

/** Reads the package. `names`: entries by lower-case name. */
export function readOpenDocument(names: ReadonlyMap<string, Entry>, entries: readonly Entry[], work: Work): Reading {
  const traits = new Set<PartTrait>();
  const xmlOf = (name: string) => {
    const bytes = names.get(name)?.open?.().bytes;
    return bytes === undefined ? '' : decodeText(bytes.subarray(0, MOST_XML), undefined);
  };
  const content = xmlOf('content.xml');
  const all = `${content}${xmlOf('styles.xml')}${xmlOf('settings.xml')}${xmlOf('meta.xml')}`;
  if ([...names.keys()].some((name) => /^(?:basic\/.+\/(?!script-lb\.xml)[^/]+\.xml|scripts\/.+\.\w+)$/.test(name)))
    traits.add('macro');
  if (
    /<script:event-listener\b[^<>]*\bevent-name="(?:dom:load|office:[\w-]{0,40}(?:open|load|start|new|close)[\w-]{0,40}|dom:unload)"/i.test(
      all,
    )
  ) {
    traits.add('macro').add('macro-autorun');
  }
  if (/<office:dde-source\b|<text:dde-connection|<table:dde-link/i.test(all)) traits.add('starts-program');
  if (/<manifest:encryption-data\b/.test(xmlOf('meta-inf/manifest.xml'))) traits.add('encrypted');
  for (const [, target = ''] of all.matchAll(
    /<(?:meta:template|draw:object|draw:object-ole|draw:floating-frame|text:section-source)\b[^<>]*\bxlink:href="([^"]*)"/g,
  ))
    if (isRemote(target)) traits.add('remote-template');
  const inner = entries.filter(
    ({ names: [name = ''] }) => !/\.(?:xml|png|jpe?g|gif|svm|emf|wmf|rdf)$|^mimetype$|\/$/i.test(name),
  );
  const type = asBuffer(names.get('mimetype')?.open?.().bytes ?? new Uint8Array())
    .toString('latin1', 0, 100)
    .trim()
    .toLowerCase();
  return {
    type: /^application\/[\w.+-]+$/.test(type) ? type : 'application/vnd.oasis.opendocument',
    traits: [...traits],
    entries: inner,
    text: work.takeText(xmlText(content)),
  };
}
