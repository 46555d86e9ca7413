// Notices while the service runs: checks of domains, webhooks, requests about personal data.

import type { NoticeTemplate } from '../template.ts';

export const proofMissing = {
  en: {
    subject: 'A DNS record of {domain} is missing',
    blocks: [
      'Since {since:time} the record that shows that {domain} belongs to {customer} is no longer found in DNS. Please put it back:',
      { records: 'records' },
      'If it is still missing on {stops:time}, the relay stops taking mail for and from {domain}. Other domains are not affected.',
    ],
  },
  de: {
    subject: 'Ein DNS-Eintrag von {domain} fehlt',
    blocks: [
      'Seit {since:time} ist der Eintrag, der zeigt, dass {domain} zu {customer} gehört, nicht mehr im DNS zu finden. Bitte setzen Sie ihn wieder:',
      { records: 'records' },
      'Fehlt er am {stops:time} noch immer, nimmt das Relay keine Mail mehr für und von {domain} an. Andere Domains sind nicht betroffen.',
    ],
  },
  fr: {
    subject: 'Un enregistrement DNS de {domain} manque',
    blocks: [
      'Depuis le {since:time}, l’enregistrement qui montre que {domain} appartient à {customer} ne se trouve plus dans le DNS. Merci de le remettre :',
      { records: 'records' },
      'S’il manque toujours le {stops:time}, le relais n’acceptera plus de courrier pour {domain} ni de sa part. Les autres domaines ne sont pas concernés.',
    ],
  },
} as const satisfies NoticeTemplate<'proof_missing'>;

export const proofReturned = {
  en: {
    subject: 'The DNS record of {domain} is back',
    blocks: ['The record that shows that {domain} belongs to {customer} is found again. There is nothing more to do.'],
  },
  de: {
    subject: 'Der DNS-Eintrag von {domain} ist wieder da',
    blocks: [
      'Der Eintrag, der zeigt, dass {domain} zu {customer} gehört, ist wieder zu finden. Es ist nichts weiter zu tun.',
    ],
  },
  fr: {
    subject: 'L’enregistrement DNS de {domain} est de retour',
    blocks: [
      'L’enregistrement qui montre que {domain} appartient à {customer} est de nouveau visible. Il n’y a rien d’autre à faire.',
    ],
  },
} as const satisfies NoticeTemplate<'proof_returned'>;

export const domainStopped = {
  en: {
    subject: 'The relay no longer takes mail for {domain}',
    blocks: [
      'The record that shows that {domain} belongs to {customer} has been missing for too long. The relay now refuses mail for and from {domain}; mail taken before is still delivered. It goes on by itself once this record is back:',
      { records: 'records' },
    ],
  },
  de: {
    subject: 'Das Relay nimmt keine Mail mehr für {domain} an',
    blocks: [
      'Der Eintrag, der zeigt, dass {domain} zu {customer} gehört, fehlt zu lange. Das Relay lehnt jetzt Mail für und von {domain} ab; schon angenommene Mail wird noch zugestellt. Es geht von selbst weiter, sobald dieser Eintrag wieder da ist:',
      { records: 'records' },
    ],
  },
  fr: {
    subject: 'Le relais n’accepte plus de courrier pour {domain}',
    blocks: [
      'L’enregistrement qui montre que {domain} appartient à {customer} manque depuis trop longtemps. Le relais refuse maintenant le courrier pour {domain} et de sa part ; le courrier déjà accepté est encore remis. Tout reprend de soi-même dès que cet enregistrement est de retour :',
      { records: 'records' },
    ],
  },
} as const satisfies NoticeTemplate<'domain_stopped'>;

export const webhookFailing = {
  en: {
    subject: 'A webhook does not answer',
    blocks: [
      'The endpoint {url} has taken no event since {since:time}. It answered last: {answer}.',
      'It belongs to {customer}.',
      'If this goes on, it is paused on {pauses:time}. Until then each event is tried again for three days.',
    ],
  },
  de: {
    subject: 'Ein Webhook antwortet nicht',
    blocks: [
      'Der Endpunkt {url} hat seit {since:time} kein Ereignis angenommen. Seine letzte Antwort: {answer}.',
      'Er gehört zu {customer}.',
      'Bleibt es dabei, wird er am {pauses:time} angehalten. Bis dahin wird jedes Ereignis drei Tage lang wieder versucht.',
    ],
  },
  fr: {
    subject: 'Un webhook ne répond pas',
    blocks: [
      'Le point d’accès {url} n’a pris aucun événement depuis le {since:time}. Sa dernière réponse : {answer}.',
      'Il appartient à {customer}.',
      'Si cela continue, il sera mis en pause le {pauses:time}. Jusque-là, chaque événement est réessayé pendant trois jours.',
    ],
  },
} as const satisfies NoticeTemplate<'webhook_failing'>;

export const webhookPaused = {
  en: {
    subject: 'A webhook was paused',
    blocks: [
      'The endpoint {url} has taken no event since {since:time} and was paused. It answered last: {answer}.',
      'Events wait for it, each for 84 hours; then they are given up. Once it works again, let it go on; missed events can be sent again from the list of deliveries.',
      { action: 'See the webhook', to: 'link' },
    ],
  },
  de: {
    subject: 'Ein Webhook wurde angehalten',
    blocks: [
      'Der Endpunkt {url} hat seit {since:time} kein Ereignis angenommen und wurde angehalten. Seine letzte Antwort: {answer}.',
      'Ereignisse warten auf ihn, jedes 84 Stunden; danach werden sie aufgegeben. Sobald er wieder geht, lassen Sie ihn weiterlaufen; versäumte Ereignisse können aus der Liste der Zustellungen noch einmal gesendet werden.',
      { action: 'Webhook ansehen', to: 'link' },
    ],
  },
  fr: {
    subject: 'Un webhook a été mis en pause',
    blocks: [
      'Le point d’accès {url} n’a pris aucun événement depuis le {since:time} et a été mis en pause. Sa dernière réponse : {answer}.',
      'Les événements l’attendent, chacun pendant 84 heures, puis sont abandonnés. Quand il fonctionne de nouveau, relancez-le ; les événements manqués peuvent être renvoyés depuis la liste des envois.',
      { action: 'Voir le webhook', to: 'link' },
    ],
  },
} as const satisfies NoticeTemplate<'webhook_paused'>;

export const privacyAnswered = {
  en: {
    subject: 'Your request {request} about personal data was answered',
    blocks: ['You asked: {asked}', 'The answer: {answer}', { action: 'See the request', to: 'link' }],
  },
  de: {
    subject: 'Ihre Anfrage {request} zu personenbezogenen Daten ist beantwortet',
    blocks: ['Ihre Anfrage: {asked}', 'Die Antwort: {answer}', { action: 'Anfrage ansehen', to: 'link' }],
  },
  fr: {
    subject: 'Votre demande {request} sur des données personnelles a reçu une réponse',
    blocks: ['Votre demande : {asked}', 'La réponse : {answer}', { action: 'Voir la demande', to: 'link' }],
  },
} as const satisfies NoticeTemplate<'privacy_answered'>;

export const summary = {
  en: {
    subject: 'Further notices: {about}',
    blocks: [
      'Between {from:time} and {to:time} there were {count:count} more notices “{about}” that were not sent one by one.',
      'They are about {customer}.',
      'What they were about can be seen in the portal, or asked by an answer to this message.',
    ],
  },
  de: {
    subject: 'Weitere Nachrichten: {about}',
    blocks: [
      'Zwischen {from:time} und {to:time} gab es {count:count} weitere Nachrichten „{about}“, die nicht einzeln gesendet wurden.',
      'Sie betreffen {customer}.',
      'Worum es ging, zeigt das Portal; oder antworten Sie auf diese Nachricht.',
    ],
  },
  fr: {
    subject: 'Autres messages : {about}',
    blocks: [
      'Entre le {from:time} et le {to:time}, il y a eu {count:count} autres messages « {about} » qui n’ont pas été envoyés un par un.',
      'Ils concernent {customer}.',
      'Le portail montre de quoi il s’agissait ; ou répondez à ce message.',
    ],
  },
} as const satisfies NoticeTemplate<'summary'>;
