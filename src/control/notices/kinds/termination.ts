// Notices while a customer leaves.

import type { NoticeTemplate } from '../template.ts';

export const terminationNotice = {
  en: {
    subject: 'The mail relay for {customer} ends on {deactivation:day}',
    blocks: [
      'The mail relay belongs to customers with at least one other subscription with {operator}. The last one of {customer} ended on {ended:day}, so the relay ends too:',
      {
        facts: [
          ['Until {deactivation:day}', 'nothing changes'],
          ['From {deactivation:day}', 'new mail is refused; mail taken before is still delivered'],
          ['On {removal:day}', 'mail servers, domains, addresses, keys and accounts are removed'],
        ],
      },
      'Please move your mail by {deactivation:day}: let the MX records of your domains name your own server, and let it deliver by itself. There is no fee.',
      'If you want to keep the relay, or if this is a mistake, write to {contact}. All of it can be taken back until the removal.',
    ],
  },
  de: {
    subject: 'Das Mail-Relay für {customer} endet am {deactivation:day}',
    blocks: [
      'Das Mail-Relay gehört zu mindestens einem anderen Vertrag mit {operator}. Der letzte von {customer} endete am {ended:day}, damit endet auch das Relay:',
      {
        facts: [
          ['Bis {deactivation:day}', 'ändert sich nichts'],
          ['Ab {deactivation:day}', 'wird neue Mail abgelehnt; schon angenommene wird noch zugestellt'],
          ['Am {removal:day}', 'werden Mailserver, Domains, Adressen, Schlüssel und Konten entfernt'],
        ],
      },
      'Bitte stellen Sie Ihre Mail bis {deactivation:day} um: Die MX-Einträge Ihrer Domains sollen Ihren eigenen Server nennen, und er soll selbst zustellen. Es fallen keine Kosten an.',
      'Möchten Sie das Relay behalten, oder ist das ein Irrtum, schreiben Sie an {contact}. Bis zur Entfernung kann alles rückgängig gemacht werden.',
    ],
  },
  fr: {
    subject: 'Le relais de messagerie de {customer} s’arrête le {deactivation:day}',
    blocks: [
      'Le relais de messagerie va avec au moins un autre contrat chez {operator}. Le dernier de {customer} a pris fin le {ended:day} ; le relais s’arrête donc aussi :',
      {
        facts: [
          ['Jusqu’au {deactivation:day}', 'rien ne change'],
          ['Dès le {deactivation:day}', 'le nouveau courrier est refusé ; celui déjà accepté est encore remis'],
          ['Le {removal:day}', 'serveurs, domaines, adresses, clés et comptes sont supprimés'],
        ],
      },
      'Merci de déplacer votre courrier avant le {deactivation:day} : que les enregistrements MX de vos domaines nomment votre propre serveur, et qu’il remette lui-même le courrier. C’est sans frais.',
      'Si vous souhaitez garder le relais, ou s’il s’agit d’une erreur, écrivez à {contact}. Tout peut être annulé jusqu’à la suppression.',
    ],
  },
} as const satisfies NoticeTemplate<'termination_notice'>;

export const terminationReminder = {
  en: {
    subject: 'Reminder: the mail relay for {customer} ends on {deactivation:day}',
    blocks: [
      'From {deactivation:day} the relay refuses new mail of and for {customer}. Mail taken before is still delivered; all data are removed on {removal:day}.',
      'If your mail still goes over the relay, please move it by then. Questions go to {contact}.',
    ],
  },
  de: {
    subject: 'Erinnerung: Das Mail-Relay für {customer} endet am {deactivation:day}',
    blocks: [
      'Ab {deactivation:day} lehnt das Relay neue Mail von und für {customer} ab. Schon angenommene wird noch zugestellt; alle Daten werden am {removal:day} entfernt.',
      'Läuft Ihre Mail noch über das Relay, stellen Sie sie bitte bis dahin um. Fragen gehen an {contact}.',
    ],
  },
  fr: {
    subject: 'Rappel : le relais de messagerie de {customer} s’arrête le {deactivation:day}',
    blocks: [
      'Dès le {deactivation:day}, le relais refuse le nouveau courrier de {customer} et pour {customer}. Celui déjà accepté est encore remis ; toutes les données sont supprimées le {removal:day}.',
      'Si votre courrier passe encore par le relais, merci de le déplacer d’ici là. Pour toute question : {contact}.',
    ],
  },
} as const satisfies NoticeTemplate<'termination_reminder'>;

export const terminationStopped = {
  en: {
    subject: 'The mail relay for {customer} goes on',
    blocks: ['The end of the mail relay for {customer} was taken back. It works as before; there is nothing to do.'],
  },
  de: {
    subject: 'Das Mail-Relay für {customer} läuft weiter',
    blocks: [
      'Das Ende des Mail-Relays für {customer} wurde zurückgenommen. Es arbeitet wie zuvor; es ist nichts zu tun.',
    ],
  },
  fr: {
    subject: 'Le relais de messagerie de {customer} continue',
    blocks: [
      'La fin du relais de messagerie de {customer} a été annulée. Il fonctionne comme avant ; il n’y a rien à faire.',
    ],
  },
} as const satisfies NoticeTemplate<'termination_stopped'>;

export const deactivated = {
  en: {
    subject: 'The mail relay for {customer} is deactivated',
    blocks: [
      'From now on the relay refuses new mail of and for {customer}. Mail that it took before is still delivered. On {removal:day} all data are removed; until then this can be taken back: {contact}.',
      'Please take these records out of DNS, so that nobody goes on sending to the relay or in its name:',
      { records: 'records' },
      'The relay looks every day whether they are gone, and tells you.',
    ],
  },
  de: {
    subject: 'Das Mail-Relay für {customer} ist abgeschaltet',
    blocks: [
      'Ab jetzt lehnt das Relay neue Mail von und für {customer} ab. Schon angenommene Mail wird noch zugestellt. Am {removal:day} werden alle Daten entfernt; bis dahin kann das rückgängig gemacht werden: {contact}.',
      'Bitte nehmen Sie diese Einträge aus dem DNS, damit niemand weiter an das Relay oder in seinem Namen sendet:',
      { records: 'records' },
      'Das Relay sieht täglich nach, ob sie weg sind, und sagt es Ihnen.',
    ],
  },
  fr: {
    subject: 'Le relais de messagerie de {customer} est désactivé',
    blocks: [
      'Désormais le relais refuse le nouveau courrier de {customer} et pour {customer}. Celui qu’il avait accepté est encore remis. Le {removal:day}, toutes les données sont supprimées ; jusque-là cela peut être annulé : {contact}.',
      'Merci de retirer ces enregistrements du DNS, afin que personne ne continue d’envoyer au relais ni en son nom :',
      { records: 'records' },
      'Le relais regarde chaque jour s’ils ont disparu, et vous le dit.',
    ],
  },
} as const satisfies NoticeTemplate<'deactivated'>;

export const removed = {
  en: {
    subject: 'The mail relay has removed {customer}: certificate {number}',
    blocks: [
      'The mail servers, domains, addresses, keys and accounts of {customer} were removed from the mail relay. The certificate is attached, as PDF to keep and as JSON to verify. It says what stays, why and until when.',
      'These records are still in DNS. Please take them out:',
      { records: 'records' },
      'Questions go to {contact}.',
    ],
  },
  de: {
    subject: 'Das Mail-Relay hat {customer} entfernt: Zertifikat {number}',
    blocks: [
      'Mailserver, Domains, Adressen, Schlüssel und Konten von {customer} wurden aus dem Mail-Relay entfernt. Das Zertifikat liegt bei, als PDF zum Aufbewahren und als JSON zum Prüfen. Es sagt, was bleibt, warum und bis wann.',
      'Diese Einträge stehen noch im DNS. Bitte nehmen Sie sie heraus:',
      { records: 'records' },
      'Fragen gehen an {contact}.',
    ],
  },
  fr: {
    subject: 'Le relais de messagerie a supprimé {customer} : certificat {number}',
    blocks: [
      'Les serveurs, domaines, adresses, clés et comptes de {customer} ont été supprimés du relais de messagerie. Le certificat est joint, en PDF à conserver et en JSON à vérifier. Il dit ce qui reste, pourquoi et jusqu’à quand.',
      'Ces enregistrements sont encore dans le DNS. Merci de les retirer :',
      { records: 'records' },
      'Pour toute question : {contact}.',
    ],
  },
} as const satisfies NoticeTemplate<'removed'>;

export const recordsRemain = {
  en: {
    subject: 'DNS records of {customer} still name the mail relay',
    blocks: [
      'The mail relay no longer works for {customer}, but these records are still in DNS:',
      { records: 'records' },
      'While they are there, mail goes to a server that refuses it, and the relay may send in the name of the domain as far as others can tell. Please take them out. Questions go to {contact}.',
    ],
  },
  de: {
    subject: 'DNS-Einträge von {customer} nennen noch das Mail-Relay',
    blocks: [
      'Das Mail-Relay arbeitet nicht mehr für {customer}, aber diese Einträge stehen noch im DNS:',
      { records: 'records' },
      'Solange sie dort stehen, geht Mail an einen Server, der sie ablehnt, und für andere darf das Relay im Namen der Domain senden. Bitte nehmen Sie sie heraus. Fragen gehen an {contact}.',
    ],
  },
  fr: {
    subject: 'Des enregistrements DNS de {customer} nomment encore le relais',
    blocks: [
      'Le relais de messagerie ne travaille plus pour {customer}, mais ces enregistrements sont encore dans le DNS :',
      { records: 'records' },
      'Tant qu’ils y sont, du courrier va à un serveur qui le refuse et, aux yeux des autres, le relais peut envoyer au nom du domaine. Merci de les retirer. Pour toute question : {contact}.',
    ],
  },
} as const satisfies NoticeTemplate<'records_remain'>;

export const recordsGone = {
  en: {
    subject: 'The DNS records of {customer} no longer name the mail relay',
    blocks: [
      'All records that named the mail relay are gone from the DNS of {customer}. Thank you; there is nothing more to do.',
    ],
  },
  de: {
    subject: 'Die DNS-Einträge von {customer} nennen das Mail-Relay nicht mehr',
    blocks: [
      'Alle Einträge, die das Mail-Relay nannten, sind aus dem DNS von {customer} verschwunden. Danke; es ist nichts weiter zu tun.',
    ],
  },
  fr: {
    subject: 'Les enregistrements DNS de {customer} ne nomment plus le relais',
    blocks: [
      'Tous les enregistrements qui nommaient le relais ont disparu du DNS de {customer}. Merci ; il n’y a rien d’autre à faire.',
    ],
  },
} as const satisfies NoticeTemplate<'records_gone'>;
