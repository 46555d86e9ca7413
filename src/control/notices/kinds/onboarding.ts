// Notices on the way from the order to live service.

import type { NoticeTemplate } from '../template.ts';

export const onboardingLink = {
  en: {
    subject: 'Set up the mail relay for {customer}',
    blocks: [
      'The mail relay of {operator} has been ordered for {customer}. Please enter your mail servers, your domain names and the addresses that you send from. You can save and come back.',
      { action: 'Enter your data', to: 'link' },
      'The link needs no password: pass it on only to those who may enter these data. It works until {until:time}.',
    ],
  },
  de: {
    subject: 'Einrichtung des Mail-Relays für {customer}',
    blocks: [
      'Für {customer} wurde das Mail-Relay von {operator} bestellt. Bitte tragen Sie Ihre Mailserver, Ihre Domainnamen und die Adressen ein, von denen Sie senden. Sie können zwischenspeichern und später weitermachen.',
      { action: 'Daten eintragen', to: 'link' },
      'Der Link braucht kein Passwort: Geben Sie ihn nur an Personen weiter, die diese Daten eintragen dürfen. Er gilt bis {until:time}.',
    ],
  },
  fr: {
    subject: 'Mise en place du relais de messagerie pour {customer}',
    blocks: [
      'Le relais de messagerie de {operator} a été commandé pour {customer}. Merci d’indiquer vos serveurs de messagerie, vos noms de domaine et les adresses depuis lesquelles vous envoyez. Vous pouvez enregistrer et revenir plus tard.',
      { action: 'Saisir vos données', to: 'link' },
      'Le lien ne demande pas de mot de passe : ne le transmettez qu’aux personnes autorisées à saisir ces données. Il fonctionne jusqu’au {until:time}.',
    ],
  },
} as const satisfies NoticeTemplate<'onboarding_link'>;

export const recordsForColleague = {
  en: {
    subject: 'DNS records to set for {customer}',
    blocks: [
      '{sender} asks you to put some records into the DNS of {customer}, so that its mail can go over the relay of {operator}.',
      'The message to you: {message}',
      { action: 'Show the records', to: 'link' },
      'The link shows these records alone. It works until {until:time}.',
    ],
  },
  de: {
    subject: 'DNS-Einträge für {customer}',
    blocks: [
      '{sender} bittet Sie, einige Einträge in das DNS von {customer} zu setzen, damit die Mail über das Relay von {operator} laufen kann.',
      'Die Nachricht an Sie: {message}',
      { action: 'Einträge zeigen', to: 'link' },
      'Der Link zeigt nur diese Einträge. Er gilt bis {until:time}.',
    ],
  },
  fr: {
    subject: 'Enregistrements DNS à créer pour {customer}',
    blocks: [
      '{sender} vous demande de créer quelques enregistrements dans le DNS de {customer}, afin que son courrier passe par le relais de {operator}.',
      'Le message qui vous est adressé : {message}',
      { action: 'Voir les enregistrements', to: 'link' },
      'Le lien ne montre que ces enregistrements. Il fonctionne jusqu’au {until:time}.',
    ],
  },
} as const satisfies NoticeTemplate<'records_for_colleague'>;

export const entrySubmitted = {
  en: {
    subject: 'The data of {customer} were submitted',
    blocks: [
      '{by} has submitted the data of {customer} for the mail relay. {operator} looks at them now; you will be told.',
      { action: 'See what was entered', to: 'link' },
    ],
  },
  de: {
    subject: 'Die Daten von {customer} wurden eingereicht',
    blocks: [
      '{by} hat die Daten von {customer} für das Mail-Relay eingereicht. {operator} prüft sie jetzt; Sie werden benachrichtigt.',
      { action: 'Eingetragene Daten ansehen', to: 'link' },
    ],
  },
  fr: {
    subject: 'Les données de {customer} ont été transmises',
    blocks: [
      '{by} a transmis les données de {customer} pour le relais de messagerie. {operator} les examine ; vous serez informé.',
      { action: 'Voir les données saisies', to: 'link' },
    ],
  },
} as const satisfies NoticeTemplate<'entry_submitted'>;

export const entryReturned = {
  en: {
    subject: 'The data of {customer} need a change',
    blocks: [
      '{operator} has looked at the data of {customer} and asks you to change something: {reason}',
      { action: 'Change the data', to: 'link' },
    ],
  },
  de: {
    subject: 'Die Daten von {customer} brauchen eine Änderung',
    blocks: [
      '{operator} hat die Daten von {customer} geprüft und bittet um eine Änderung: {reason}',
      { action: 'Daten ändern', to: 'link' },
    ],
  },
  fr: {
    subject: 'Les données de {customer} demandent une modification',
    blocks: [
      '{operator} a examiné les données de {customer} et vous demande une modification : {reason}',
      { action: 'Modifier les données', to: 'link' },
    ],
  },
} as const satisfies NoticeTemplate<'entry_returned'>;

export const entryApproved = {
  en: {
    subject: 'The data of {customer} were approved',
    blocks: [
      '{operator} has approved the data of {customer}. What remains: all checks of your records have to be green, then a test message goes through both ways.',
      { action: 'See the checks', to: 'link' },
    ],
  },
  de: {
    subject: 'Die Daten von {customer} wurden freigegeben',
    blocks: [
      '{operator} hat die Daten von {customer} freigegeben. Was noch fehlt: Alle Prüfungen Ihrer Einträge müssen grün sein, dann läuft eine Testnachricht in beide Richtungen.',
      { action: 'Prüfungen ansehen', to: 'link' },
    ],
  },
  fr: {
    subject: 'Les données de {customer} ont été approuvées',
    blocks: [
      '{operator} a approuvé les données de {customer}. Il reste ceci : tous les contrôles de vos enregistrements doivent être verts, puis un message de test passe dans les deux sens.',
      { action: 'Voir les contrôles', to: 'link' },
    ],
  },
} as const satisfies NoticeTemplate<'entry_approved'>;

export const customerLive = {
  en: {
    subject: 'The mail relay is live for {customer}',
    blocks: [
      'The test messages went through. From now on the mail of {customer} goes over the relay of {operator}, for these domains: {domains}.',
      { action: 'See the overview', to: 'link' },
    ],
  },
  de: {
    subject: 'Das Mail-Relay ist für {customer} in Betrieb',
    blocks: [
      'Die Testnachrichten sind angekommen. Ab jetzt läuft die Mail von {customer} über das Relay von {operator}, für diese Domains: {domains}.',
      { action: 'Zur Übersicht', to: 'link' },
    ],
  },
  fr: {
    subject: 'Le relais de messagerie est en service pour {customer}',
    blocks: [
      'Les messages de test sont passés. Désormais le courrier de {customer} passe par le relais de {operator}, pour ces domaines : {domains}.',
      { action: 'Voir la vue d’ensemble', to: 'link' },
    ],
  },
} as const satisfies NoticeTemplate<'customer_live'>;
