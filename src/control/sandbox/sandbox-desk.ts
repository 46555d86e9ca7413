// What the API knows of the sandbox: the mail that its receiver caught, and a way to send a first message. Only a relay
// that was started without a configuration has one.

import type { MessagePreview } from '../../mail/inspect/preview/preview.ts';
import type { CustomerId } from '../../mail/message.ts';
import type { Endpoint } from '../../platform/config/units.ts';

/** A caught message as the list shows it. */
export interface CaughtMessage {
  /** Sorts by time. */
  name: string;
  at: string;
  from: string;
  to: string[];
  /** Address the message came from: one of ours. */
  client: string;
  subject: string;
  size: number;
  /** What the relay calls it, by the Received field that it put on top. */
  id?: string;
}

/** One line of a conversation. */
export interface SaidLine {
  who: 'client' | 'server';
  text: string;
}

/** What came of a message that the sandbox sent. */
export interface SentMessage {
  accepted: boolean;
  lines: SaidLine[];
}

/** Kinds of messages that the sandbox can send by itself. */
export const SAMPLE_KINDS = ['text', 'html', 'hostile'] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

export interface SandboxDesk {
  /** Where a message is sent to. */
  smtp: Endpoint;
  customer: CustomerId;
  /** The domain that the customer may send for. */
  domain: string;
  /** Commands that send a first message, by program. */
  commands: { curl: string; swaks: string };
  /** Newest first. */
  caught(): Promise<readonly CaughtMessage[]>;
  /** The message as it was received, or nothing where the name is unknown. */
  source(name: string): Promise<Buffer | undefined>;
  /** What it looks like. Throws a Problem where it breaks what reads it. */
  preview(content: Uint8Array): Promise<MessagePreview>;
  /** Sends one over the relay's own listener, as any server of the customer would. */
  send(kind: SampleKind): Promise<SentMessage>;
}
