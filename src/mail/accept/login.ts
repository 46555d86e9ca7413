// RFC 4954: AUTH, with PLAIN (RFC 4616), LOGIN and SCRAM-SHA-256 (RFC 5802, 7677). Credentials live here and nowhere
// else: they are in no log, no trace and no reply.

import { randomBytes } from 'node:crypto';
import { decodeResponse, type PlainCredentials, readPlain } from '../../protocol/sasl/plain.ts';
import { prepare } from '../../protocol/sasl/prepare.ts';
import {
  checkPassword,
  checkScramFinal,
  keysOfNobody,
  readScramFirst,
  type ScramFirst,
  type ScramKeys,
  scramChallenge,
} from '../../protocol/sasl/scram.ts';
import type { Conversation } from './conversation.ts';
import { replies, withText } from './replies.ts';

/** Offered in EHLO, best first. */
export const MECHANISMS = ['SCRAM-SHA-256', 'PLAIN', 'LOGIN'] as const;
type Mechanism = (typeof MECHANISMS)[number];

/** What the next line of the client is. */
export type LoginExchange =
  | { step: 'plain' }
  | { step: 'login-name' }
  | { step: 'login-password'; name: string }
  | { step: 'scram-first' }
  | { step: 'scram-final'; first: ScramFirst; keys: ScramKeys; challenge: string }
  | { step: 'scram-done'; name: string };

const FIRST_STEP = {
  PLAIN: { step: 'plain' },
  LOGIN: { step: 'login-name' },
  'SCRAM-SHA-256': { step: 'scram-first' },
} as const satisfies Record<Mechanism, LoginExchange>;

/** Names that do not exist get keys too, so that nobody learns which do. */
const nobody = randomBytes(32);

/** AUTH: reads mechanism and initial response. */
export function beginLogin(session: Conversation, rest: string): void {
  const { visitor, phase } = session;
  const { roles } = visitor.listener;
  if (!roles.includes('outbound') && !roles.includes('submission')) return session.refuse(replies.authUnavailable);
  if (visitor.tls === undefined) return session.refuse(replies.authNeedsTls);
  if (visitor.login !== undefined) return session.refuse(replies.authTwice);
  if (phase.at === 'start') return session.refuse(replies.helloFirst);
  if (phase.at !== 'ready') return session.refuse(replies.authInTransaction);
  const [name = '', initial, ...more] = rest.split(' ');
  const mechanism = MECHANISMS.find((known) => known === name.toUpperCase());
  if (name === '' || more.length > 0) return session.refuse(replies.badArguments);
  if (mechanism === undefined) return session.refuse(replies.authMechanism);
  const exchange = FIRST_STEP[mechanism];
  if (initial === undefined) return ask(session, exchange, mechanism === 'LOGIN' ? 'Username:' : '');
  // RFC 4954 4: `=` is a response of no octets.
  session.phase = { at: 'login', exchange, before: phase };
  continueLogin(session, initial === '=' ? '' : initial);
}

/** A line of the client inside AUTH. */
export function continueLogin(session: Conversation, line: string): void {
  const { phase } = session;
  if (phase.at !== 'login') return;
  session.phase = phase.before;
  if (line === '*') return session.refuse(replies.authCancelled);
  const response = decodeResponse(line);
  if (response === undefined) return session.refuse(replies.authMalformed);
  const { exchange } = phase;
  switch (exchange.step) {
    case 'plain':
      return checkPlain(session, readPlain(response));
    case 'login-name': {
      const name = prepare(response);
      if (name === undefined || name === '') return session.refuse(replies.authMalformed);
      return ask(session, { step: 'login-password', name }, 'Password:');
    }
    case 'login-password':
      return checkPlain(session, response === '' ? undefined : { name: exchange.name, password: response });
    case 'scram-first':
      return challenge(session, readScramFirst(response));
    case 'scram-final':
      return checkScram(session, exchange, response);
    case 'scram-done':
      return response === '' ? accept(session, exchange.name) : session.refuse(replies.authMalformed);
    default:
      return exchange satisfies never;
  }
}

function ask(session: Conversation, exchange: LoginExchange, text: string): void {
  session.phase = { at: 'login', exchange, before: session.phase };
  session.reply(withText(replies.challenge, Buffer.from(text).toString('base64')));
}

function checkPlain(session: Conversation, credentials: PlainCredentials | undefined): void {
  if (credentials === undefined) return session.refuse(replies.authMalformed);
  const { name, password } = credentials;
  const check = async () => {
    const keys = await session.handler.credentials(name);
    const right = await checkPassword(keys ?? keysOfNobody(name, nobody), password);
    return right && keys !== undefined;
  };
  session.wait(check(), (right) => (right ? accept(session, name) : session.refuse(replies.authFailed)));
}

function challenge(session: Conversation, first: ScramFirst | undefined): void {
  if (first === undefined) return session.refuse(replies.authMalformed);
  session.wait(session.handler.credentials(first.name), (known) => {
    const keys = known ?? keysOfNobody(first.name, nobody);
    const text = scramChallenge(first, keys);
    ask(session, { step: 'scram-final', first, keys, challenge: text }, text);
  });
}

function checkScram(
  session: Conversation,
  said: { first: ScramFirst; keys: ScramKeys; challenge: string },
  response: string,
): void {
  const result = checkScramFinal(said, response);
  switch (result.kind) {
    case 'proved':
      // RFC 4954 4: the server's last message goes out as a challenge, the client answers with nothing.
      return ask(session, { step: 'scram-done', name: said.first.name }, result.serverFinal);
    case 'wrong':
      return session.refuse(replies.authFailed);
    case 'malformed':
      return session.refuse(replies.authMalformed);
    default:
      return result satisfies never;
  }
}

function accept(session: Conversation, name: string): void {
  session.wait(session.handler.loggedIn(name), (answer) => {
    if (answer.kind === 'refuse') return session.refuse(answer.reply);
    if (!session.countCustomer(answer.customer)) return session.end(replies.tooManyOfCustomer);
    session.visitor.login = name;
    session.reply(replies.loggedIn);
  });
}
