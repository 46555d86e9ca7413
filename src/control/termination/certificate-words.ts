// What the certificate says on paper, in each language.

import type { Language } from '../notices/languages.ts';
import type { Certificate, REMAINS, Removed } from './certificate.ts';

export interface CertificateWords {
  locale: string;
  title: string;
  /** `{customer}`, `{operator}`, `{date}` */
  statement: string;
  facts: {
    number: string;
    customer: string;
    operator: string;
    relay: string;
    serviceEnded: string;
    noticed: string;
    deactivated: string;
    removed: string;
    by: string;
  };
  /** Instead of `easymail`. */
  byItself: string;
  removedTitle: string;
  removed: Record<keyof Removed, string>;
  columns: { what: string; count: string; hash: string; why: string; until: string };
  /** `{count}` more. */
  more: string;
  keysTitle: string;
  keys: string;
  keyColumns: { name: string; algorithm: string; hash: string };
  remainsTitle: string;
  remains: Record<(typeof REMAINS)[number], readonly [what: string, why: string]>;
  noEnd: string;
  dnsTitle: string;
  dns: string;
  dnsColumns: { record: string; value: string; state: string };
  states: Record<Certificate['dns'][number]['state'], string>;
  signatureTitle: string;
  /** `{key}` */
  signature: string;
  page: string;
}

export const certificateWords: Record<Language, CertificateWords> = {
  en: {
    locale: 'en-GB',
    title: 'Certificate of removal',
    statement:
      '{operator} certifies that everything that belonged to {customer} was removed from its mail relay on {date}, as listed below.',
    facts: {
      number: 'Certificate',
      customer: 'Customer',
      operator: 'Operator',
      relay: 'Relay',
      serviceEnded: 'Last subscription ended',
      noticed: 'Notice given',
      deactivated: 'Deactivated',
      removed: 'Removed',
      by: 'Removed by',
    },
    byItself: 'the relay, on the day announced',
    removedTitle: 'What was removed',
    removed: {
      mail_hosts: 'Mail servers',
      domains: 'Domains',
      sources: 'Outgoing addresses',
      logins: 'Logins',
      client_certificates: 'Client certificates',
      grants: 'Grants to send',
      dkim_keys: 'DKIM keys',
      recipients: 'Listed recipients',
      suppressions: 'Suppressed addresses',
      users: 'Users',
      api_keys: 'API keys',
      webhooks: 'Webhooks',
      links: 'Links',
      contacts: 'Contacts',
    },
    columns: {
      what: 'What',
      count: 'Number',
      hash: 'Which, and SHA-256 of the whole list',
      why: 'Why',
      until: 'Until',
    },
    more: 'and {count} more',
    keysTitle: 'DKIM keys destroyed',
    keys: 'The private keys were overwritten. Copies in backups are encrypted and end with them (see below).',
    keyColumns: { name: 'Key', algorithm: 'Algorithm', hash: 'SHA-256 of the public key' },
    remainsTitle: 'What stays, why and until when',
    remains: {
      trace: ['The trace of messages', 'Evidence of what became of each message; it is dropped day by day'],
      audit: ['The audit', 'Proof of who changed what'],
      events: ['Events of the service', 'Delivery to webhooks, and their log'],
      notices: ['Which notices were sent', 'Proof that notice was given'],
      backups: ['Backups made before', 'They are encrypted, and removed when their time is over'],
      contract: ['Name, contracts and stages', 'Duties of the operator under commercial law'],
      certificate: ['This certificate', 'Proof of the removal'],
    },
    noEnd: 'no end set',
    dnsTitle: 'Records in DNS',
    dns: 'These records are the customer’s to take out. This is how they were found last:',
    dnsColumns: { record: 'Record', value: 'Value', state: 'Found' },
    states: { present: 'still there', gone: 'gone', unknown: 'not known' },
    signatureTitle: 'Signature',
    signature:
      'The same certificate as JSON carries an Ed25519 signature with the key {key}. The operator checks it with: easymail termination verify FILE',
    page: 'Page',
  },
  de: {
    locale: 'de-LU',
    title: 'Zertifikat über die Entfernung',
    statement:
      '{operator} bestätigt, dass alles, was {customer} gehörte, am {date} aus seinem Mail-Relay entfernt wurde, wie unten aufgeführt.',
    facts: {
      number: 'Zertifikat',
      customer: 'Kunde',
      operator: 'Betreiber',
      relay: 'Relay',
      serviceEnded: 'Ende des letzten Vertrags',
      noticed: 'Angekündigt',
      deactivated: 'Abgeschaltet',
      removed: 'Entfernt',
      by: 'Entfernt durch',
    },
    byItself: 'das Relay, am angekündigten Tag',
    removedTitle: 'Was entfernt wurde',
    removed: {
      mail_hosts: 'Mailhosts',
      domains: 'Domains',
      sources: 'Ausgehende Adressen',
      logins: 'Anmeldungen',
      client_certificates: 'Client-Zertifikate',
      grants: 'Erlaubnisse zu senden',
      dkim_keys: 'DKIM-Schlüssel',
      recipients: 'Gelistete Empfänger',
      suppressions: 'Unterdrückte Adressen',
      users: 'Benutzer',
      api_keys: 'API-Schlüssel',
      webhooks: 'Webhooks',
      links: 'Links',
      contacts: 'Kontakte',
    },
    columns: { what: 'Was', count: 'Anzahl', hash: 'Welche, und SHA-256 der ganzen Liste', why: 'Warum', until: 'Bis' },
    more: 'und {count} weitere',
    keysTitle: 'Vernichtete DKIM-Schlüssel',
    keys: 'Die privaten Schlüssel wurden überschrieben. Kopien in Sicherungen sind verschlüsselt und enden mit ihnen (siehe unten).',
    keyColumns: { name: 'Schlüssel', algorithm: 'Verfahren', hash: 'SHA-256 des öffentlichen Schlüssels' },
    remainsTitle: 'Was bleibt, warum und bis wann',
    remains: {
      trace: [
        'Die Nachverfolgung der Nachrichten',
        'Nachweis, was aus jeder Nachricht wurde; sie wird Tag für Tag gelöscht',
      ],
      audit: ['Das Änderungsprotokoll', 'Nachweis, wer was geändert hat'],
      events: ['Ereignisse des Dienstes', 'Zustellung an Webhooks und deren Protokoll'],
      notices: ['Welche Nachrichten gesendet wurden', 'Nachweis der Ankündigung'],
      backups: ['Frühere Sicherungen', 'Sie sind verschlüsselt und werden nach ihrer Zeit entfernt'],
      contract: ['Name, Verträge und Stadien', 'Pflichten des Betreibers nach Handelsrecht'],
      certificate: ['Dieses Zertifikat', 'Nachweis der Entfernung'],
    },
    noEnd: 'kein Ende gesetzt',
    dnsTitle: 'Einträge im DNS',
    dns: 'Diese Einträge nimmt der Kunde selbst heraus. So wurden sie zuletzt gefunden:',
    dnsColumns: { record: 'Eintrag', value: 'Wert', state: 'Gefunden' },
    states: { present: 'noch da', gone: 'weg', unknown: 'nicht bekannt' },
    signatureTitle: 'Signatur',
    signature:
      'Dasselbe Zertifikat als JSON trägt eine Ed25519-Signatur mit dem Schlüssel {key}. Der Betreiber prüft sie mit: easymail termination verify DATEI',
    page: 'Seite',
  },
  fr: {
    locale: 'fr-LU',
    title: 'Certificat de suppression',
    statement:
      '{operator} certifie que tout ce qui appartenait à {customer} a été supprimé de son relais de messagerie le {date}, comme indiqué ci-dessous.',
    facts: {
      number: 'Certificat',
      customer: 'Client',
      operator: 'Opérateur',
      relay: 'Relais',
      serviceEnded: 'Fin du dernier contrat',
      noticed: 'Préavis donné',
      deactivated: 'Désactivé',
      removed: 'Supprimé',
      by: 'Supprimé par',
    },
    byItself: 'le relais, au jour annoncé',
    removedTitle: 'Ce qui a été supprimé',
    removed: {
      mail_hosts: 'Serveurs de messagerie',
      domains: 'Domaines',
      sources: 'Adresses d’envoi',
      logins: 'Identifiants',
      client_certificates: 'Certificats clients',
      grants: 'Autorisations d’envoi',
      dkim_keys: 'Clés DKIM',
      recipients: 'Destinataires listés',
      suppressions: 'Adresses exclues',
      users: 'Utilisateurs',
      api_keys: 'Clés d’API',
      webhooks: 'Webhooks',
      links: 'Liens',
      contacts: 'Contacts',
    },
    columns: {
      what: 'Quoi',
      count: 'Nombre',
      hash: 'Lesquels, et SHA-256 de la liste entière',
      why: 'Pourquoi',
      until: 'Jusqu’au',
    },
    more: 'et {count} de plus',
    keysTitle: 'Clés DKIM détruites',
    keys: 'Les clés privées ont été écrasées. Les copies dans les sauvegardes sont chiffrées et disparaissent avec elles (voir plus bas).',
    keyColumns: { name: 'Clé', algorithm: 'Algorithme', hash: 'SHA-256 de la clé publique' },
    remainsTitle: 'Ce qui reste, pourquoi et jusqu’à quand',
    remains: {
      trace: ['Le suivi des messages', 'Preuve de ce que chaque message est devenu ; effacé jour après jour'],
      audit: ['Le journal des changements', 'Preuve de qui a changé quoi'],
      events: ['Les événements du service', 'Envoi aux webhooks, et leur journal'],
      notices: ['Quels messages ont été envoyés', 'Preuve du préavis'],
      backups: ['Les sauvegardes antérieures', 'Elles sont chiffrées et supprimées à leur échéance'],
      contract: ['Nom, contrats et étapes', 'Obligations commerciales de l’opérateur'],
      certificate: ['Ce certificat', 'Preuve de la suppression'],
    },
    noEnd: 'sans terme fixé',
    dnsTitle: 'Enregistrements DNS',
    dns: 'C’est au client de retirer ces enregistrements. Voici comment ils ont été trouvés en dernier :',
    dnsColumns: { record: 'Enregistrement', value: 'Valeur', state: 'Constat' },
    states: { present: 'toujours là', gone: 'disparu', unknown: 'inconnu' },
    signatureTitle: 'Signature',
    signature:
      'Le même certificat en JSON porte une signature Ed25519 avec la clé {key}. L’opérateur la vérifie avec : easymail termination verify FICHIER',
    page: 'Page',
  },
};
