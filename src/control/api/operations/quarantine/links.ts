// The link of a digest: a page that changes nothing, and what its buttons do. Whoever holds the link acts for the reader
// that it was made for, as a customer's side may, on this one message.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HeldMessage } from '../../../../mail/queue/read-held.ts';
import type { Actor } from '../../../actor.ts';
import type { Reader } from '../../../notices/kinds.ts';
import { releaseRefusal } from '../../../quarantine/may-release.ts';
import { reasonWords } from '../../../quarantine/reason-words.ts';
import { FORM_TYPE } from '../../bodies.ts';
import type { ApiContext, ApiServer } from '../../context.ts';
import { Problem } from '../../problem.ts';
import { messagePage, newsPage, overPage, type ShownMessage } from '../../quarantine-pages.ts';

/** The buttons come from this page alone; the browser says so, which it does not without a referrer. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'referrer-policy': 'same-origin',
} as const;
const LOCALES = { en: 'en-GB', de: 'de-LU', fr: 'fr-LU' } as const;

interface Opened {
  message: HeldMessage;
  reader: Reader;
  by: Actor;
}

/** The page of a link, and its two buttons. */
export function quarantineLinks(api: ApiServer, context: ApiContext): void {
  const config = { access: { public: 'the link says which message it opens, for whom and until when' } };
  const url = '/api/v1/quarantine/links/:token';
  api.route({
    method: 'GET',
    url,
    config,
    // A link that is fetched ahead of its reader is not fetched with HEAD alone; both change nothing.
    schema: { hide: true },
    handler: (request, reply) => answer(request, reply, (opened) => shownPage(context, request, opened)),
  });
  api.route({
    method: 'POST',
    url: `${url}/show`,
    config,
    schema: { hide: true, consumes: [FORM_TYPE] },
    handler: (request, reply) => answer(request, reply, (opened) => shownPage(context, request, opened, true)),
  });
  api.route({
    method: 'POST',
    url: `${url}/release`,
    config,
    schema: { hide: true, consumes: [FORM_TYPE] },
    handler: (request, reply) =>
      answer(request, reply, async ({ message, reader, by }) => {
        await context.services.quarantine.release(by, message, { side: 'customer' });
        return newsPage(reader.language, 'released');
      }),
  });

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (opened: Opened) => Promise<string>,
  ): Promise<FastifyReply> {
    reply.headers(HEADERS);
    const link = await context.services.quarantine.openLink(tokenOf(request));
    if (link === undefined) return reply.code(404).send(overPage());
    const { target, reader } = link;
    const message = await context.services.quarantine.find(target.message).catch((error: unknown) => {
      if (error instanceof Problem && error.status === 404) return undefined;
      throw error;
    });
    const mine = message?.customer === target.customer && releaseRefusal(message, 'customer') === undefined;
    if (message === undefined || !mine) return reply.code(404).send(newsPage(reader.language, 'gone'));
    const from = request.principal.kind === 'nobody' ? request.principal.from : undefined;
    const by: Actor = { who: reader.address, reason: 'over the link of a digest', ...(from !== undefined && { from }) };
    return reply.send(await work({ message, reader, by }));
  }
}

async function shownPage(
  { services }: ApiContext,
  request: FastifyRequest,
  { message, reader, by }: Opened,
  withText = false,
): Promise<string> {
  const subjects = await services.quarantine.subjects([message]);
  const preview = withText ? await services.quarantine.preview(by, message) : undefined;
  const shown: ShownMessage = {
    from: message.headerFrom ?? message.sender,
    to: message.recipients.slice(0, 5).join(', '),
    subject: subjects.get(message.id) ?? '',
    received: new Intl.DateTimeFormat(LOCALES[reader.language], { dateStyle: 'long', timeStyle: 'short' }).format(
      message.acceptedAt,
    ),
    reasons: reasonWords(message, reader.language),
  };
  const action = `/api/v1/quarantine/links/${tokenOf(request)}`;
  return messagePage(reader.language, shown, { action, ...(preview !== undefined && { preview }) });
}

function tokenOf({ params }: FastifyRequest): string {
  return (params as { token: string }).token;
}
