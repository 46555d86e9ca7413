// The message that tries the way to a customer's mail host.

import type { OwnMail } from '../../mail/report/operations.ts';
import type { Language } from './accounts.ts';

const TEXTS: Readonly<Record<Language, { subject: string; text: string }>> = {
  en: {
    subject: 'Test of your mail host',
    text: 'This message came through the mail relay to your mail host. Nothing needs to be done: that it arrived is all it was sent for.',
  },
  de: {
    subject: 'Test Ihres Mailservers',
    text: 'Diese Nachricht kam über das Mail-Relay zu Ihrem Mailserver. Sie brauchen nichts zu tun: Dass sie angekommen ist, ist ihr ganzer Zweck.',
  },
  fr: {
    subject: 'Test de votre serveur de messagerie',
    text: 'Ce message est passé par le relais de messagerie jusqu’à votre serveur. Vous n’avez rien à faire : il devait seulement arriver.',
  },
};

/** The test message in the customer's language. */
export function testMail(to: string, language: Language): OwnMail {
  const { subject, text } = TEXTS[language];
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${subject}</title><p>${text}</p></html>`;
  return { to, subject, text: `${text}\n`, html, language };
}
