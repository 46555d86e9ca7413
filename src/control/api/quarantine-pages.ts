// Pages for those who follow the link of a digest: what the message is, and two buttons. No scripts, nothing from
// elsewhere. Looking at the page changes nothing.

import type { MessagePreview } from '../../mail/inspect/preview/preview.ts';
import type { Language } from '../notices/languages.ts';
import { Html, html, joined } from './html.ts';

interface Words {
  title: string;
  from: string;
  to: string;
  received: string;
  why: string;
  subject: string;
  attachments: string;
  release: string;
  show: string;
  warning: string;
  released: string;
  gone: string;
  over: string;
  leftOut: string;
}

const WORDS: Record<Language, Words> = {
  en: {
    title: 'Message in quarantine',
    from: 'From',
    to: 'To',
    received: 'Received',
    why: 'Why',
    subject: 'Subject',
    attachments: 'Attachments',
    release: 'Deliver it',
    show: 'Show its text',
    warning: 'Release it only if you know the sender and expect this message.',
    released: 'The message is on its way.',
    gone: 'The message is no longer in quarantine: it was released, deleted, or its time is over.',
    over: 'This link opens nothing (any more). The next digest has new ones.',
    leftOut: 'Pictures, links and active parts are not shown.',
  },
  de: {
    title: 'Nachricht in Quarantäne',
    from: 'Von',
    to: 'An',
    received: 'Eingang',
    why: 'Grund',
    subject: 'Betreff',
    attachments: 'Anhänge',
    release: 'Zustellen',
    show: 'Text ansehen',
    warning: 'Geben Sie sie nur frei, wenn Sie den Absender kennen und diese Nachricht erwarten.',
    released: 'Die Nachricht ist unterwegs.',
    gone: 'Die Nachricht ist nicht mehr in Quarantäne: Sie wurde freigegeben, gelöscht, oder ihre Zeit ist um.',
    over: 'Dieser Link öffnet nichts (mehr). Die nächste Übersicht enthält neue.',
    leftOut: 'Bilder, Links und aktive Teile werden nicht gezeigt.',
  },
  fr: {
    title: 'Message en quarantaine',
    from: 'De',
    to: 'À',
    received: 'Reçu',
    why: 'Motif',
    subject: 'Objet',
    attachments: 'Pièces jointes',
    release: 'Le remettre',
    show: 'Voir le texte',
    warning: 'Ne le libérez que si vous connaissez l’expéditeur et attendez ce message.',
    released: 'Le message est en route.',
    gone: 'Le message n’est plus en quarantaine : il a été libéré, supprimé, ou son délai est passé.',
    over: 'Ce lien n’ouvre rien (ou plus rien). Le prochain récapitulatif en contient de nouveaux.',
    leftOut: 'Les images, les liens et les parties actives ne sont pas affichés.',
  },
};

/** What the page tells of a message. */
export interface ShownMessage {
  from: string;
  to: string;
  subject: string;
  received: string;
  reasons: readonly string[];
}

export type QuarantineNews = 'released' | 'gone' | 'over';

/** The message with its buttons; `preview`: with its text. `action`: where the buttons lead. */
export function messagePage(
  language: Language,
  message: ShownMessage,
  { action, preview }: { action: string; preview?: MessagePreview },
): string {
  const words = WORDS[language];
  const facts: [string, string][] = [
    [words.from, message.from],
    [words.to, message.to],
    [words.subject, message.subject],
    [words.received, message.received],
    [words.why, message.reasons.join('. ')],
  ];
  const button = (path: string, text: string) =>
    html`<form method="post" action="${action}/${path}"><button type="submit">${text}</button></form>\n`;
  return page(
    language,
    words.title,
    html`<dl>
${joined(facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`))}</dl>
<p>${words.warning}</p>
${button('release', words.release)}${preview === undefined ? button('show', words.show) : shown(preview, words)}`,
  );
}

/** One sentence. */
export function newsPage(language: Language, news: QuarantineNews): string {
  const words = WORDS[language];
  return page(language, words.title, html`<p>${words[news]}</p>\n`);
}

/** For links that tell nothing of their reader. */
export function overPage(): string {
  const sections = (['en', 'de', 'fr'] as const).map(
    (language) => html`<p lang="${language}">${WORDS[language].over}</p>\n`,
  );
  return page('en', WORDS.en.title, joined(sections));
}

function shown({ text, html: rich, parts }: MessagePreview, words: Words): Html {
  // Written anew by safeHtml: elements without attributes, every text escaped.
  const body = rich === '' ? html`<pre>${text}</pre>` : new Html(`<div>${rich}</div>`);
  const names = parts.map(({ name, type, size }) => html`<li>${name === '' ? type : name} (${size})</li>\n`);
  const attachments = parts.length === 0 ? html`` : html`<h2>${words.attachments}</h2>\n<ul>\n${joined(names)}</ul>\n`;
  return html`<hr>
${body}
${attachments}<p>${words.leftOut}</p>
`;
}

function page(language: Language, title: string, body: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<main class="letter"><h1>${title}</h1>
${body}</main>
</body>
</html>
`.text;
}
