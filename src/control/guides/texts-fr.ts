import type { GuideTexts } from './texts.ts';

export const french: GuideTexts = {
  headings: { out: 'Courrier sortant', in: 'Courrier entrant', firewall: 'Pare-feu', test: 'Essai' },
  title: (server, relay) => `${server} avec le relais ${relay}`,
  intro: (server, relay, name) =>
    `Avec ces réglages, ${server} envoie tout le courrier vers Internet par ${relay} et n’accepte plus le courrier d’Internet que de là. Ils contiennent les valeurs de ${name} : gardez-les pour vous. Conservez une copie des fichiers que vous modifiez.`,
  add: (file) => `Ajouter à ${file} (remplacer les réglages du même nom) :`,
  write: (file) => `Créer le fichier ${file} :`,
  run: 'Exécuter :',
  runAsRoot: 'Exécuter en tant que root :',
  out: (relay, port) =>
    `Tout le courrier vers d’autres domaines va à ${relay}, port ${port}, par TLS ; le certificat est vérifié.`,
  outWithoutTls: 'Le relais n’offre pas TLS sur ce port : le courrier y va en clair.',
  login: (file) =>
    `Inscrire l’identifiant dans ${file}, avec le mot de passe à la place de PASSWORD ; personne d’autre ne doit pouvoir lire ce fichier.`,
  loginUnknown: 'Mettez le nom de votre identifiant à la place de LOGIN.',
  passwordPrompt: 'Le mot de passe de l’identifiant vous est demandé.',
  secretRule: (field) =>
    `Les adresses d’où ce service envoie sont partagées avec d’autres. Chaque message doit donc porter votre secret dans le champ ${field}. Mettez-le à la place de SECRET :`,
  providerHeader: (field) =>
    `Les adresses d’où ce service envoie sont partagées avec d’autres. Le relais reconnaît votre courrier au champ ${field}, que le service pose lui-même.`,
  stream: (name) => `Le courrier du flux « ${name} » porte ce champ dans son en-tête :`,
  in: (domains) =>
    `Le courrier pour ${domains} vient des adresses du relais. Ce qui arrive d’ailleurs au port 25 est refusé.`,
  addressUnknown:
    'Les adresses du relais ne sont pas encore fixées : demandez-les à votre opérateur et mettez-les à la place de ADDRESS. D’ici là, laissez ces réglages de côté : le courrier du relais serait refusé lui aussi.',
  leaveAlone:
    'Exceptez ces adresses de vos propres contrôles (SPF, listes de blocage, liste grise) et des limites de connexions : le relais a fait les contrôles, et tout le courrier d’Internet vient de ces quelques adresses.',
  notTrusted: 'Ne mettez pas ces adresses parmi les réseaux qui peuvent envoyer par votre serveur.',
  letIn: 'Laissez entrer ces adresses au port 25 de votre serveur de courrier, et personne d’autre :',
  letOut: (relay, port) =>
    `Laissez votre serveur sortir vers ${relay}, port ${port}. Il n’a pas besoin du port 25 de qui que ce soit d’autre.`,
  test: (domain, address) => `Envoyez un message d’une adresse de ${domain} à ${address} ; il ne va pas plus loin.`,
  testAnywhere: 'Envoyez un message d’une de vos adresses vers l’extérieur, et cherchez-le dans le suivi du relais.',
  testInbound: 'Envoyez-en ensuite un de l’extérieur à une de vos adresses.',
  eximSection: (section) => `Dans la section « begin ${section} » de la configuration d’Exim :`,
  eximRouter:
    'Dans la section « begin routers », avant le routeur des domaines distants (d’ordinaire « dnslookup »), qui n’est plus atteint :',
  eximAcl:
    'Au début de l’ACL de RCPT (d’ordinaire « acl_check_rcpt »). Si vos listes ont d’autres noms que +local_domains et +relay_from_hosts, employez ceux-là :',
  sendmailRebuild: 'Construire les tables et la configuration, puis redémarrer sendmail :',
  sendmailWrappers:
    'sendmail n’a pas de réglage qui refuse tous les autres ; construit avec les TCP wrappers, comme chez Debian, ces fichiers le font. Sinon, c’est au pare-feu :',
  opensmtpdOrder:
    'Mettez les actions et les règles avant celles qui livrent vers Internet, et supprimez ces dernières. Remplacez « local_mail » par le nom de votre action de livraison locale :',
  exchangeShell: 'Exécuter dans l’Exchange Management Shell :',
  exchangeOthers:
    'Retirez ensuite les expéditeurs anonymes du connecteur qui répondait jusqu’ici à Internet. Les appareils internes qui envoient sans identifiant ont d’abord besoin d’un connecteur de réception à eux :',
  onlineShell: 'Exécuter dans Exchange Online PowerShell, après Connect-ExchangeOnline :',
  onlineCenterOut:
    'La même chose dans le centre d’administration Exchange : Flux de messagerie > Connecteurs > Ajouter un connecteur ; d’« Office 365 » vers « Organisation partenaire » ; « Uniquement lorsque les messages sont envoyés à ces domaines » : * ; par ces hôtes intelligents ; « Toujours utiliser TLS », « Émis par une autorité de certification approuvée », et le nom du relais.',
  onlineCenterIn:
    'Dans le centre d’administration : Flux de messagerie > Connecteurs > Ajouter un connecteur ; d’« Organisation partenaire » vers « Office 365 » ; domaine de l’expéditeur * ; rejeter ce qui ne vient pas par TLS et ce qui ne vient pas de ces adresses. Les enregistrements MX de vos domaines doivent auparavant nommer le relais.',
  onlineNoLogin:
    'Les connecteurs de Microsoft 365 ne savent pas s’identifier : déclarez ses adresses comme source partagée avec un secret dans un champ d’en-tête, ou demandez à votre opérateur.',
  onlinePort: (port) =>
    `Les connecteurs de Microsoft 365 n’emploient que le port 25, et le relais prend votre courrier au port ${port} : demandez à votre opérateur.`,
  onlineOnlyIpv4:
    'Le connecteur ne prend que des adresses IPv4 ; le relais emploie aussi les autres là où il les atteint.',
  googleHost: 'Console d’administration : Applications > Google Workspace > Gmail > Hôtes > Ajouter une route.',
  googleRoute: 'Console d’administration : Applications > Google Workspace > Gmail > Routage > Configurer.',
  googleInbound:
    'Console d’administration : Applications > Google Workspace > Gmail > Spam, hameçonnage et logiciels malveillants > Passerelle de courrier entrant. Les enregistrements MX de vos domaines doivent auparavant nommer le relais.',
  zimbraUser: 'Exécuter sous l’utilisateur zimbra sur chaque MTA :',
};
