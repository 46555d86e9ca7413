// Tells who asked that a request about privacy was answered, in words without the address.

import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { languageOf } from '../notices/languages.ts';
import type { Notices } from '../notices/notices.ts';
import type { Answer } from './requests.ts';
import type { PrivacyRequestRow } from './tables.ts';

const ASKED = {
  export: {
    en: 'a copy of what is kept about an address',
    de: 'eine Kopie dessen, was zu einer Adresse gespeichert ist',
    fr: 'une copie de ce qui est conservé au sujet d’une adresse',
  },
  erasure: {
    en: 'erasure of what is kept about an address',
    de: 'Löschung dessen, was zu einer Adresse gespeichert ist',
    fr: 'l’effacement de ce qui est conservé au sujet d’une adresse',
  },
} as const;

const ANSWERS = {
  ready: {
    en: 'It is ready and can be fetched for a limited time.',
    de: 'Sie liegt bereit und kann für begrenzte Zeit abgerufen werden.',
    fr: 'Elle est prête et peut être téléchargée pendant une durée limitée.',
  },
  erased: {
    en: 'It was erased.',
    de: 'Es wurde gelöscht.',
    fr: 'C’est effacé.',
  },
  waiting: {
    en: 'It was erased. Messages of this address are still being delivered; what is noted about them is erased after that.',
    de: 'Es wurde gelöscht. Nachrichten dieser Adresse werden noch zugestellt; was dazu vermerkt wird, wird danach gelöscht.',
    fr: 'C’est effacé. Des messages de cette adresse sont encore en cours de remise ; ce qui est noté à leur sujet sera effacé ensuite.',
  },
  failed: {
    en: 'It could not be done, because of a fault of the relay. Please ask again; the operator finds the reason in the log.',
    de: 'Das war wegen eines Fehlers des Relays nicht möglich. Bitte stellen Sie die Anfrage noch einmal; den Grund findet der Betreiber im Protokoll.',
    fr: 'Cela n’a pas été possible, à cause d’un défaut du relais. Veuillez renouveler la demande ; l’exploitant en trouve la raison dans le journal.',
  },
} as const;

/** Writes to who asked, where they are known. What cannot be sent is logged; the answer stands in the API. */
export async function tellAnswered(
  { notices, config, log }: { notices: Notices; config: () => Config; log: Log },
  request: PrivacyRequestRow,
  answer: Answer,
): Promise<void> {
  if (request.tell === null) return;
  const language = languageOf(request.language);
  const done = request.kind === 'export' ? 'ready' : 'erased';
  const said = answer.state === 'completed' ? done : answer.state;
  const values = {
    request: request.id,
    asked: ASKED[request.kind][language],
    answer: ANSWERS[said][language],
    link: `${config().http.url}/privacy/requests/${request.id}`,
  };
  try {
    await notices.tell('privacy_answered', { address: request.tell, language }, values, { customer: request.customer });
  } catch (err) {
    log.warn('who asked about privacy was not told', { err, request: request.id });
  }
}
