// Notices in German.

import type { NoticeTexts } from './texts.ts';

const CHECK_ADDRESS = 'Prüfen Sie die Schreibweise des Teils hinter dem @-Zeichen.';
const TELL_RECIPIENT =
  'Das muss die Administration des Empfängers beheben; geben Sie dem Empfänger auf anderem Weg Bescheid.';
const TELL_OPERATOR = 'Geben Sie Ihrer Administration Bescheid; der Betreiber dieses Relays muss sich darum kümmern.';
const ANOTHER_WAY = 'Fragen Sie den Empfänger auf anderem Weg.';

export const GERMAN: NoticeTexts = {
  tag: 'de',
  dates: 'de',
  subject: {
    failure: 'Ihre E-Mail konnte nicht zugestellt werden',
    delay: 'Ihre E-Mail ist verspätet, weitere Versuche folgen',
    relayed: 'Ihre E-Mail wurde weitergegeben',
  },
  one: {
    failure: 'Ihre E-Mail vom {date} konnte diesem Empfänger nicht zugestellt werden. Es wird nicht weiter versucht.',
    delay:
      'Ihre E-Mail vom {date} ist diesem Empfänger noch nicht zugestellt. Es wird bis {until} weiter versucht. Sie ' +
      'brauchen nichts zu tun und sollten sie nicht noch einmal senden. Wenn es endgültig misslingt, hören Sie davon.',
    relayed:
      'Ihre E-Mail vom {date} wurde dem Mailserver dieses Empfängers übergeben. Dieser Server sendet keine ' +
      'Bestätigungen; diese ist also die letzte.',
  },
  many: {
    failure:
      'Ihre E-Mail vom {date} konnte diesen {count} Empfängern nicht zugestellt werden. Es wird nicht weiter versucht.',
    delay:
      'Ihre E-Mail vom {date} ist diesen {count} Empfängern noch nicht zugestellt. Es wird bis {until} weiter versucht. ' +
      'Sie brauchen nichts zu tun und sollten sie nicht noch einmal senden. Wenn es endgültig misslingt, hören Sie davon.',
    relayed:
      'Ihre E-Mail vom {date} wurde dem Mailserver dieser {count} Empfänger übergeben. Dieser Server sendet keine ' +
      'Bestätigungen; diese ist also die letzte.',
  },
  asWritten: '(Sie schrieben an {address})',
  said: 'Der Mailserver des Empfängers, {host}, antwortete:',
  saidLast: 'Die letzte Antwort des Mailservers des Empfängers, {host}, war:',
  saidHidden: 'Das Mailsystem des Empfängers antwortete mit dem Code {code}.',
  more: 'und {count} weitere; der angehängte Bericht nennt alle.',
  attached: {
    full: 'Ihre E-Mail ist angehängt.',
    headers: 'Der Kopf Ihrer E-Mail ist angehängt.',
    nothing: '',
  },
  closing:
    'Diese Mitteilung kommt vom Mail-Relay {host}. Nennen Sie Ihrer Administration bei Fragen diese Nummer: {id}',
  expired: 'Alle Versuche schlugen fehl, bis die Frist für diese E-Mail um war.',
  suppressed: {
    what: 'Die E-Mail wurde nicht gesendet: Die Adresse steht auf der Liste der Adressen, an die Ihre E-Mails nicht mehr gehen.',
    advice: 'Wenn die Adresse stimmt, bitten Sie Ihre Administration, sie von dieser Liste zu nehmen.',
  },
  causes: {
    'dns-temporary': {
      what: 'Die Nameserver der Domain des Empfängers gaben keine brauchbare Antwort.',
      advice: TELL_RECIPIENT,
    },
    'dns-no-domain': { what: 'Die Domain des Empfängers gibt es nicht.', advice: CHECK_ADDRESS },
    'dns-no-host': { what: 'Die Domain des Empfängers hat keinen Mailserver.', advice: CHECK_ADDRESS },
    'null-mx': { what: 'Die Domain des Empfängers nimmt gar keine E-Mail an.', advice: CHECK_ADDRESS },
    'mx-is-us': {
      what: 'Die Domain des Empfängers nennt dieses Relay als ihren Mailserver, doch das Relay ist nicht für sie da.',
      advice: TELL_RECIPIENT,
    },
    'private-address': {
      what: 'Der Mailserver der Domain des Empfängers hat eine Adresse, die aus dem Internet nicht erreichbar ist.',
      advice: TELL_RECIPIENT,
    },
    'connect-failed': { what: 'Der Mailserver des Empfängers war nicht zu erreichen.', advice: TELL_RECIPIENT },
    'connect-timeout': { what: 'Der Mailserver des Empfängers antwortete nicht.', advice: TELL_RECIPIENT },
    'connection-lost': {
      what: 'Die Verbindung zum Mailserver des Empfängers brach ab.',
      advice: TELL_RECIPIENT,
    },
    'reply-timeout': { what: 'Der Mailserver des Empfängers hörte auf zu antworten.', advice: TELL_RECIPIENT },
    'bad-reply': {
      what: 'Der Mailserver des Empfängers gab eine Antwort, die kein SMTP ist.',
      advice: TELL_RECIPIENT,
    },
    'tls-failed': {
      what: 'Eine verschlüsselte Verbindung zum Mailserver des Empfängers kam nicht zustande.',
      advice: TELL_RECIPIENT,
    },
    'tls-required': {
      what: 'Der Mailserver des Empfängers bietet keine Verschlüsselung, und diese E-Mail darf nicht ohne reisen.',
      advice: TELL_RECIPIENT,
    },
    'no-address': {
      what: 'Das Relay hatte keine Adresse in Betrieb, um diese E-Mail zu senden.',
      advice: TELL_OPERATOR,
    },
    'protection-refused': {
      what: 'Der Mailschutz des Empfängers hat die E-Mail abgelehnt, wegen ihres Inhalts oder ihres Absenders.',
      advice:
        'Lassen Sie weg, was gefährlich oder nach Werbung aussehen kann, oder bitten Sie den Empfänger auf anderem Weg, sie zuzulassen.',
    },
    'protection-later': {
      what: 'Der Mailschutz des Empfängers konnte die E-Mail nicht prüfen.',
      advice: TELL_OPERATOR,
    },
    'recipient-paused': {
      what: 'Die Organisation des Empfängers nimmt zurzeit keine E-Mails an.',
      advice: 'Senden Sie die E-Mail später noch einmal, oder fragen Sie den Empfänger auf anderem Weg.',
    },
    'no-signing-key': {
      what: 'Das Relay konnte diese E-Mail nicht für Ihre Domain signieren und sendet sie nicht ohne Signatur.',
      advice: TELL_OPERATOR,
    },
    'no-smtputf8': {
      what: 'Der Mailserver des Empfängers nimmt keine Adressen mit Buchstaben jenseits von ASCII an.',
      advice: 'Verwenden Sie eine Adresse ohne Umlaute und Ähnliches, bei sich oder beim Empfänger.',
    },
    'no-8bitmime': {
      what: 'Der Mailserver des Empfängers nimmt keine E-Mail mit Acht-Bit-Inhalt an.',
      advice: TELL_RECIPIENT,
    },
    'too-large': {
      what: 'Die E-Mail ist größer, als der Mailserver des Empfängers annimmt.',
      advice: 'Senden Sie eine kleinere, oder teilen Sie große Dateien auf anderem Weg.',
    },
    loop: {
      what: 'Die E-Mail kam für denselben Empfänger zu diesem Relay zurück: Sie läuft im Kreis.',
      advice: 'Die Administration des Empfängers oder einer Weiterleitung unterwegs muss den Kreis unterbrechen.',
    },
    expired: {
      what: 'Alle Versuche schlugen fehl, bis die Frist für diese E-Mail um war.',
      advice: TELL_RECIPIENT,
    },
    internal: { what: 'Ein Fehler im Relay hielt die E-Mail zurück.', advice: TELL_OPERATOR },
  },
  classes: {
    invalid_address: {
      what: 'Diese Adresse gibt es nicht.',
      advice: 'Prüfen Sie ihre Schreibweise. Stimmt sie, so fragen Sie den Empfänger auf anderem Weg nach der neuen.',
    },
    mailbox_unavailable: {
      what: 'Das Postfach nimmt zurzeit nichts an: Es ist vielleicht voll oder abgeschaltet.',
      advice:
        'Geben Sie dem Empfänger auf anderem Weg Bescheid; wenn das Postfach in Ordnung ist, senden Sie die E-Mail noch einmal.',
    },
    content: {
      what: 'Die E-Mail wurde wegen ihres Inhalts abgelehnt.',
      advice:
        'Lassen Sie weg, was gefährlich oder nach Werbung aussehen kann, etwa Anhänge und Links, und senden Sie sie noch einmal.',
    },
    reputation: {
      what: 'Die E-Mail wurde wegen der Adresse oder der Domain abgelehnt, von der sie kommt.',
      advice: TELL_OPERATOR,
    },
    volume: {
      what: 'Dem Mailserver des Empfängers kommt von hier zu viel E-Mail.',
      advice: 'Senden Sie sie später noch einmal; an viele Empfänger sendet man besser in Portionen.',
    },
    technical: {
      what: 'Eine Störung hinderte den Mailserver des Empfängers daran, die E-Mail anzunehmen.',
      advice: TELL_RECIPIENT,
    },
    authentication: {
      what: 'Die E-Mail wurde abgelehnt, weil nicht belegt war, dass sie von Ihrer Domain kommt (SPF, DKIM, DMARC).',
      advice: 'Geben Sie Ihrer Administration Bescheid: Die Einträge Ihrer Domain sind zu berichtigen.',
    },
    policy: {
      what: 'Eine Regel des Mailservers des Empfängers verbietet diese E-Mail.',
      advice: 'Bitten Sie den Empfänger auf anderem Weg, sie freigeben zu lassen.',
    },
    unclassified: { what: 'Der Mailserver des Empfängers nahm die E-Mail nicht an.', advice: ANOTHER_WAY },
  },
};
