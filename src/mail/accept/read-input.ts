// What a session reads next, by its phase: a command line, a line of a login, content, a chunk.

import type { CommandReader } from '../../protocol/smtp/command-reader.ts';
import type { Content } from './content.ts';
import type { Conversation, Phase } from './conversation.ts';
import { continueLogin } from './login.ts';
import { type NamedReply, replies, withText } from './replies.ts';

/** What reading needs of a session beyond what commands do. */
export interface ReadingSession extends Conversation {
  /** Octets that came and were not read. */
  readonly input: CommandReader;
  /** So much of what is refused is read, so that the client gets to hear why; then the session ends. */
  readonly mostDropped: number;
  /** A command line was read. */
  command(line: string): void;
  /** The content is over, and this is the reply to it. */
  answered(content: Content, reply: NamedReply): void;
  /** Octets of a chunk that cannot be taken are over: commands come again. */
  contentOver(): void;
}

/** RFC 4954 4: a line of AUTH may have 12,288 octets. */
const LOGIN_LINE = 12_288;

/** Reads one thing; false where nothing is there to be read. */
export function readNext(session: ReadingSession): boolean {
  const { phase } = session;
  switch (phase.at) {
    case 'new':
    case 'tls':
    case 'ended':
      return false;
    case 'start':
    case 'ready':
    case 'transaction':
    case 'chunks':
    case 'login':
      return readLine(session, phase.at === 'login');
    case 'data':
      return readData(session, phase.content);
    case 'chunk':
      return readChunk(session, phase);
    case 'drop':
      return readDropped(session, phase);
    default:
      return phase satisfies never;
  }
}

function readLine(session: ReadingSession, login: boolean): boolean {
  const line = session.input.next(login ? LOGIN_LINE : session.limits.command_line);
  if (line === undefined) return false;
  switch (line.kind) {
    case 'line':
      if (login) continueLogin(session, line.text);
      else session.command(line.text);
      return true;
    case 'bad-line-end':
      session.end(replies.lineEndInCommand);
      return true;
    case 'too-long':
      session.refuse(replies.lineTooLong);
      return true;
    case 'not-text':
      session.refuse(replies.nothing8Bit);
      return true;
    default:
      return line satisfies never;
  }
}

function readData(session: ReadingSession, content: Content): boolean {
  const { input } = session;
  if (!input.more) return false;
  const { next, done } = content.read(input.buffer, input.position, input.buffer.length);
  input.position = next;
  if (tooMuch(session, content.refusal, content.dropped)) return true;
  session.wait(done, () => {
    if (content.ended) session.wait(content.finish(), (reply) => session.answered(content, reply));
  });
  return true;
}

function readChunk(session: ReadingSession, phase: Extract<Phase, { at: 'chunk' }>): boolean {
  const { input } = session;
  if (phase.left > 0 && !input.more) return false;
  const { content } = phase;
  const end = Math.min(input.buffer.length, input.position + phase.left);
  const { next, done } = content.read(input.buffer, input.position, end);
  phase.left -= next - input.position;
  input.position = next;
  if (tooMuch(session, content.refusal, content.dropped)) return true;
  session.wait(done, () => {
    if (phase.left === 0) chunkDone(session, phase);
  });
  return true;
}

/** RFC 3030 2: each chunk has its reply; the one to the last is the reply to the message. */
function chunkDone(session: ReadingSession, phase: Extract<Phase, { at: 'chunk' }>): void {
  const { content, transaction, size } = phase;
  if (phase.last) return session.wait(content.finish(), (reply) => session.answered(content, reply));
  if (content.refusal !== undefined) return session.answered(content, content.refusal);
  session.phase = { at: 'chunks', transaction, content };
  session.reply(withText(replies.chunkOk, `${size} octets received`));
}

function tooMuch(session: ReadingSession, refusal: NamedReply | undefined, octets: number): boolean {
  if (refusal === undefined || octets <= session.mostDropped) return false;
  session.end(refusal);
  return true;
}

function readDropped(session: ReadingSession, phase: Extract<Phase, { at: 'drop' }>): boolean {
  const { input } = session;
  if (tooMuch(session, phase.reply, phase.left)) return true;
  if (phase.left > 0 && !input.more) return false;
  const octets = Math.min(phase.left, input.buffer.length - input.position);
  phase.left -= octets;
  input.position += octets;
  if (phase.left > 0) return true;
  session.contentOver();
  session.phase = phase.before;
  session.refuse(phase.reply);
  return true;
}
