// Notices in French.

import type { NoticeTexts } from './texts.ts';

const CHECK_ADDRESS = 'Vérifiez l’orthographe de la partie qui suit le signe @.';
const TELL_RECIPIENT =
  'C’est à l’administrateur du destinataire d’y remédier ; prévenez le destinataire par un autre moyen.';
const TELL_OPERATOR = 'Prévenez votre administrateur ; l’opérateur de ce relais doit s’en occuper.';
const ANOTHER_WAY = 'Renseignez-vous auprès du destinataire par un autre moyen.';

export const FRENCH: NoticeTexts = {
  tag: 'fr',
  dates: 'fr',
  subject: {
    failure: 'Votre message n’a pas pu être remis',
    delay: 'Votre message est en retard, de nouvelles tentatives suivent',
    relayed: 'Votre message a été transmis',
  },
  one: {
    failure: 'Votre message du {date} n’a pas pu être remis à ce destinataire. Il n’y aura pas d’autre tentative.',
    delay:
      'Votre message du {date} n’a pas encore été remis à ce destinataire. Les tentatives continuent jusqu’au {until}. ' +
      'Vous n’avez rien à faire ; n’envoyez pas le message une nouvelle fois. En cas d’échec définitif, vous serez averti.',
    relayed:
      'Votre message du {date} a été transmis au serveur de messagerie de ce destinataire. Ce serveur n’envoie pas de ' +
      'confirmations ; celle-ci est donc la dernière.',
  },
  many: {
    failure:
      'Votre message du {date} n’a pas pu être remis à ces {count} destinataires. Il n’y aura pas d’autre tentative.',
    delay:
      'Votre message du {date} n’a pas encore été remis à ces {count} destinataires. Les tentatives continuent jusqu’au ' +
      '{until}. Vous n’avez rien à faire ; n’envoyez pas le message une nouvelle fois. En cas d’échec définitif, vous ' +
      'serez averti.',
    relayed:
      'Votre message du {date} a été transmis au serveur de messagerie de ces {count} destinataires. Ce serveur ' +
      'n’envoie pas de confirmations ; celle-ci est donc la dernière.',
  },
  asWritten: '(vous avez écrit à {address})',
  said: 'Le serveur de messagerie du destinataire, {host}, a répondu :',
  saidLast: 'La dernière réponse du serveur de messagerie du destinataire, {host}, était :',
  saidHidden: 'Le système de messagerie du destinataire a répondu par le code {code}.',
  more: 'et {count} autres ; le rapport joint les nomme tous.',
  attached: {
    full: 'Votre message est joint.',
    headers: 'L’en-tête de votre message est joint.',
    nothing: '',
  },
  closing:
    'Cet avis vient du relais de messagerie {host}. Indiquez ce numéro à votre administrateur pour toute question : {id}',
  expired: 'Toutes les tentatives ont échoué jusqu’à la fin du délai accordé à ce message.',
  suppressed: {
    what: 'Le message n’a pas été envoyé : l’adresse figure sur la liste des adresses qui ne reçoivent plus vos messages.',
    advice: 'Si l’adresse est juste, demandez à votre administrateur de la retirer de cette liste.',
  },
  causes: {
    'dns-temporary': {
      what: 'Les serveurs de noms du domaine du destinataire n’ont pas donné de réponse utilisable.',
      advice: TELL_RECIPIENT,
    },
    'dns-no-domain': { what: 'Le domaine du destinataire n’existe pas.', advice: CHECK_ADDRESS },
    'dns-no-host': { what: 'Le domaine du destinataire n’a pas de serveur de messagerie.', advice: CHECK_ADDRESS },
    'null-mx': { what: 'Le domaine du destinataire ne reçoit aucun message.', advice: CHECK_ADDRESS },
    'mx-is-us': {
      what: 'Le domaine du destinataire désigne ce relais comme serveur de messagerie, mais le relais ne le dessert pas.',
      advice: TELL_RECIPIENT,
    },
    'private-address': {
      what: 'Le serveur de messagerie du domaine du destinataire a une adresse que l’Internet ne peut pas atteindre.',
      advice: TELL_RECIPIENT,
    },
    'connect-failed': {
      what: 'Le serveur de messagerie du destinataire n’a pas pu être joint.',
      advice: TELL_RECIPIENT,
    },
    'connect-timeout': { what: 'Le serveur de messagerie du destinataire n’a pas répondu.', advice: TELL_RECIPIENT },
    'connection-lost': {
      what: 'La connexion avec le serveur de messagerie du destinataire a été coupée.',
      advice: TELL_RECIPIENT,
    },
    'reply-timeout': {
      what: 'Le serveur de messagerie du destinataire a cessé de répondre.',
      advice: TELL_RECIPIENT,
    },
    'bad-reply': {
      what: 'Le serveur de messagerie du destinataire a donné une réponse qui n’est pas du SMTP.',
      advice: TELL_RECIPIENT,
    },
    'tls-failed': {
      what: 'Une connexion chiffrée avec le serveur de messagerie du destinataire n’a pas pu être établie.',
      advice: TELL_RECIPIENT,
    },
    'tls-required': {
      what: 'Le serveur de messagerie du destinataire n’offre pas de chiffrement, et ce message ne doit pas voyager sans.',
      advice: TELL_RECIPIENT,
    },
    'no-address': {
      what: 'Le relais n’avait aucune adresse en service pour envoyer ce message.',
      advice: TELL_OPERATOR,
    },
    'protection-refused': {
      what: 'La protection de messagerie du destinataire a refusé le message, pour son contenu ou pour son expéditeur.',
      advice:
        'Enlevez ce qui peut paraître dangereux ou publicitaire, ou demandez au destinataire, par un autre moyen, de l’autoriser.',
    },
    'protection-later': {
      what: 'La protection de messagerie du destinataire n’a pas pu examiner le message.',
      advice: TELL_OPERATOR,
    },
    'recipient-paused': {
      what: 'L’organisation du destinataire n’accepte pas de messages en ce moment.',
      advice: 'Renvoyez le message plus tard, ou demandez au destinataire par un autre moyen.',
    },
    'no-signing-key': {
      what: 'Le relais n’a pas pu signer ce message pour votre domaine, et ne l’envoie pas sans signature.',
      advice: TELL_OPERATOR,
    },
    'no-smtputf8': {
      what: 'Le serveur de messagerie du destinataire n’accepte pas les adresses avec des lettres hors de l’ASCII.',
      advice: 'Utilisez une adresse sans accents ni autres lettres de ce genre, la vôtre ou celle du destinataire.',
    },
    'no-8bitmime': {
      what: 'Le serveur de messagerie du destinataire n’accepte pas les messages codés sur huit bits.',
      advice: TELL_RECIPIENT,
    },
    'too-large': {
      what: 'Le message est plus grand que ce que le serveur de messagerie du destinataire accepte.',
      advice: 'Envoyez un message plus petit, ou partagez les grands fichiers par un autre moyen.',
    },
    loop: {
      what: 'Le message est revenu à ce relais pour le même destinataire : il tourne en rond.',
      advice: 'C’est à l’administrateur du destinataire, ou d’un transfert en chemin, de rompre le cercle.',
    },
    expired: {
      what: 'Toutes les tentatives ont échoué jusqu’à la fin du délai accordé à ce message.',
      advice: TELL_RECIPIENT,
    },
    internal: { what: 'Une erreur interne du relais a retenu le message.', advice: TELL_OPERATOR },
  },
  classes: {
    invalid_address: {
      what: 'Cette adresse n’existe pas.',
      advice:
        'Vérifiez son orthographe. Si elle est juste, demandez la nouvelle adresse au destinataire par un autre moyen.',
    },
    mailbox_unavailable: {
      what: 'La boîte aux lettres ne reçoit rien en ce moment : elle est peut-être pleine ou désactivée.',
      advice:
        'Prévenez le destinataire par un autre moyen ; quand la boîte est en ordre, envoyez de nouveau votre message.',
    },
    content: {
      what: 'Le message a été refusé pour son contenu.',
      advice:
        'Enlevez ce qui peut paraître dangereux ou publicitaire, comme des pièces jointes et des liens, puis envoyez-le de nouveau.',
    },
    reputation: {
      what: 'Le message a été refusé à cause de l’adresse ou du domaine d’où il vient.',
      advice: TELL_OPERATOR,
    },
    volume: {
      what: 'Le serveur de messagerie du destinataire trouve que trop de messages viennent d’ici.',
      advice: 'Envoyez-le de nouveau plus tard ; un envoi à de nombreux destinataires se fait mieux en plusieurs fois.',
    },
    technical: {
      what: 'Une panne du serveur de messagerie du destinataire l’a empêché de prendre le message.',
      advice: TELL_RECIPIENT,
    },
    authentication: {
      what: 'Le message a été refusé, faute de preuve qu’il vient de votre domaine (SPF, DKIM, DMARC).',
      advice: 'Prévenez votre administrateur : les enregistrements de votre domaine sont à corriger.',
    },
    policy: {
      what: 'Une règle du serveur de messagerie du destinataire interdit ce message.',
      advice: 'Demandez au destinataire, par un autre moyen, de le faire autoriser.',
    },
    unclassified: { what: 'Le serveur de messagerie du destinataire n’a pas pris le message.', advice: ANOTHER_WAY },
  },
};
