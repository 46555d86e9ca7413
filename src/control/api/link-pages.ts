// Pages for those who open a link of ours in a browser: what it is for, and how to go on. The token stands behind the `#`
// and never leaves the browser; without a script nothing here reads it.

import { type Html, html, htmlPage, joined } from './html.ts';

/** One page in one language; lines are paragraphs. */
interface Words {
  lang: string;
  title: string;
  lines: readonly Html[];
}

const token = html`<code>Authorization: Link TOKEN</code>`;
const docs = html`<a href="/api/docs">/api/docs</a>`;

const ONBOARDING: readonly Words[] = [
  {
    lang: 'en',
    title: 'Setting up your mail service',
    lines: [
      html`Over this link your mail servers, domain names and outgoing addresses are entered. It is meant for you alone: please do not pass it on.`,
      html`You need not do anything here: send these details to your provider, who enters them for you.`,
      html`Or enter them with a program: the part of the address behind the # is the token. Send it as ${token}; the operations under “onboarding” are described at ${docs}, beginning with <code>GET /api/v1/onboarding</code>.`,
    ],
  },
  {
    lang: 'de',
    title: 'Ihren Maildienst einrichten',
    lines: [
      html`Über diesen Link werden Ihre Mailserver, Domains und ausgehenden Adressen eingetragen. Er ist nur für Sie bestimmt: Bitte geben Sie ihn nicht weiter.`,
      html`Sie müssen hier nichts tun: Schicken Sie diese Angaben Ihrem Anbieter, er trägt sie für Sie ein.`,
      html`Oder tragen Sie sie mit einem Programm ein: Der Teil der Adresse hinter dem # ist der Schlüssel. Senden Sie ihn als ${token}; die Aufrufe unter „onboarding“ sind unter ${docs} beschrieben, der erste ist <code>GET /api/v1/onboarding</code>.`,
    ],
  },
  {
    lang: 'fr',
    title: 'Mettre en place votre service de messagerie',
    lines: [
      html`Ce lien sert à saisir vos serveurs de messagerie, vos noms de domaine et vos adresses sortantes. Il vous est personnel : merci de ne pas le transmettre.`,
      html`Vous n’avez rien à faire ici : envoyez ces informations à votre fournisseur, qui les saisira pour vous.`,
      html`Ou saisissez-les avec un programme : la partie de l’adresse après le # est le jeton. Envoyez-le sous la forme ${token} ; les opérations « onboarding » sont décrites à l’adresse ${docs}, à commencer par <code>GET /api/v1/onboarding</code>.`,
    ],
  },
];

const RECORDS: readonly Words[] = [
  {
    lang: 'en',
    title: 'DNS records to publish',
    lines: [
      html`Somebody sent you this link so that you publish some DNS records. It shows those records and nothing else.`,
      html`Ask whoever sent it for the records themselves; or read them with a program: send the part of the address behind the # as ${token} to <code>GET /api/v1/onboarding/records</code> (see ${docs}).`,
    ],
  },
  {
    lang: 'de',
    title: 'Zu veröffentlichende DNS-Einträge',
    lines: [
      html`Jemand hat Ihnen diesen Link geschickt, damit Sie einige DNS-Einträge veröffentlichen. Er zeigt diese Einträge und sonst nichts.`,
      html`Lassen Sie sich die Einträge vom Absender geben; oder lesen Sie sie mit einem Programm: Senden Sie den Teil der Adresse hinter dem # als ${token} an <code>GET /api/v1/onboarding/records</code> (siehe ${docs}).`,
    ],
  },
  {
    lang: 'fr',
    title: 'Enregistrements DNS à publier',
    lines: [
      html`Ce lien vous a été envoyé pour que vous publiiez quelques enregistrements DNS. Il montre ces enregistrements et rien d’autre.`,
      html`Demandez-les à la personne qui vous l’a envoyé ; ou lisez-les avec un programme : envoyez la partie de l’adresse après le # sous la forme ${token} à <code>GET /api/v1/onboarding/records</code> (voir ${docs}).`,
    ],
  },
];

const ACCOUNT: readonly Words[] = [
  {
    lang: 'en',
    title: 'Your account',
    lines: [
      html`If you came over a link from a mail or from the terminal: it works once, for whoever has it. The part of the address behind the # is the token.`,
      html`An invitation, or the link to the first administrator, is taken with <code>POST /api/v1/invitations/redeem</code>; a new password is set with <code>POST /api/v1/password-resets/redeem</code>. Both are described at ${docs}.`,
      html`Ask your provider where you need help: nothing is lost as long as the link was not used.`,
    ],
  },
  {
    lang: 'de',
    title: 'Ihr Konto',
    lines: [
      html`Wenn Sie über einen Link aus einer Mail oder vom Terminal hierher kamen: Er gilt einmal, für den, der ihn hat. Der Teil der Adresse hinter dem # ist der Schlüssel.`,
      html`Eine Einladung, oder den Link zum ersten Administrator, nimmt <code>POST /api/v1/invitations/redeem</code> an; ein neues Kennwort setzt <code>POST /api/v1/password-resets/redeem</code>. Beides ist unter ${docs} beschrieben.`,
      html`Ihr Anbieter hilft gern: Solange der Link nicht benutzt wurde, ist nichts verloren.`,
    ],
  },
  {
    lang: 'fr',
    title: 'Votre compte',
    lines: [
      html`Si vous venez d’un lien reçu par courriel ou affiché sur le terminal : il sert une seule fois, à qui le détient. La partie de l’adresse après le # est le jeton.`,
      html`Une invitation, ou le lien du premier administrateur, s’accepte avec <code>POST /api/v1/invitations/redeem</code> ; un nouveau mot de passe se définit avec <code>POST /api/v1/password-resets/redeem</code>. Les deux sont décrits à l’adresse ${docs}.`,
      html`Votre fournisseur vous aide volontiers : tant que le lien n’a pas servi, rien n’est perdu.`,
    ],
  },
];

const PAGES: Readonly<Record<string, string>> = {
  '/': pageOf(ACCOUNT),
  '/onboarding': pageOf(ONBOARDING),
  '/onboarding/records': pageOf(RECORDS),
};

/** Nothing is loaded but the style, nothing is told to whoever is linked to. */
export const LINK_PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
} as const;

/** The page at a path that links of ours lead to; nothing at any other. */
export function linkPage(path: string): string | undefined {
  return Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
}

function pageOf(languages: readonly Words[]): string {
  const sections = languages.map(
    ({ lang, title, lines }) => html`<section lang="${lang}"><h2>${title}</h2>
${joined(lines.map((line) => html`<p>${line}</p>\n`))}</section>
`,
  );
  return htmlPage(languages[0]?.title ?? '', html`<main class="letter"><h1>Easymail</h1>\n${joined(sections)}</main>`);
}
