// What a customer's side may ask `explain`: about its own sources, logins and certificates, and about mail from anywhere
// to its own domains. What it hears names no other customer and shows nobody else's mail host.

import type { Directory } from '../../mail/authorise/directory.ts';
import type { CustomerId } from '../../mail/message.ts';
import { type ExplainQuestion, type Explanation, withoutItsName } from './explain.ts';

/** Whether the question is the customer's to ask. */
export function isOwnQuestion(directory: Directory, own: CustomerId, question: ExplainQuestion): boolean {
  const { login, certificate, ip, to } = question;
  if (login !== undefined) return directory.login(login)?.customer === own;
  if (certificate !== undefined && directory.certificate(certificate)?.customer !== own) return false;
  const network = directory.network(ip);
  if (network !== undefined && directory.holder(ip, own) !== undefined) return true;
  if (certificate !== undefined) return network === undefined;
  return network === undefined && directory.domain(to.domain)?.customer === own;
}

/** The explanation as that customer sees it; nothing where it turned out to be about another. */
export function ownExplanation(
  directory: Directory,
  own: CustomerId,
  { question, explanation }: { question: ExplainQuestion; explanation: Explanation },
): Explanation | undefined {
  if (explanation.customer !== undefined && explanation.customer !== own) return undefined;
  const holder = directory.domain(question.to.domain)?.customer;
  if (holder === undefined || holder === own) return explanation;
  // Mail from customer to customer stays inside: its route is the other one's mail host.
  const { route: _hidden, ...shown } = explanation;
  const { refused, steps } = shown;
  const trail = shown.trail.map(withoutItsName);
  if (refused === undefined) return { ...shown, trail, steps: trail.map(({ text }) => text) };
  // The reply is what its server would hear; the words for the operator may say who that is.
  const reason = refused.reason.includes(holder) ? refused.reply : refused.reason;
  return {
    ...shown,
    refused: { ...refused, reason },
    steps: steps.filter((text) => !text.includes(holder)),
    trail: trail.filter(({ text }) => !text.includes(holder)),
  };
}
