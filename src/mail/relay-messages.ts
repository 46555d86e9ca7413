// What main and a relay thread say to each other.

import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../platform/config/schema.ts';
import type { SharedConnectionCounters } from './accept/connection-counters.ts';
import type { SharedConnectionRates } from './accept/front/connection-rates.ts';
import type { LoadCause } from './accept/front/load.ts';
import type { DirectoryBase, DirectoryUpdate } from './authorise/directory-index.ts';
import type { LearnedHost } from './authorise/greylist/host-memory.ts';
import type { Learned } from './authorise/recipients/known-recipients.ts';
import type { SuppressionRequest } from './authorise/suppression.ts';
import type { MailHostNews } from './deliver/reach.ts';
import type { IdentityActivity } from './identities/activity.ts';
import type { RuleNotice } from './inspect/effects.ts';
import type { ContentKeys } from './queue/sealed-content.ts';

/** What a relay thread is given at its start, as workerData. */
export interface RelayThreadData {
  role: 'relay';
  /** From 0; there are `threads` of them. */
  thread: number;
  threads: number;
  config: Config;
  base: DirectoryBase;
  /** Changes since the base was built, in order. */
  updates: DirectoryUpdate[];
  /** Key of the loop mark. */
  loopSecret: Uint8Array;
  /** Key of return paths of ours, and of the stamp that shows a forward. */
  returnKey: Uint8Array;
  /** Keys of content that is held. */
  contentKeys: ContentKeys;
  /** Contents that ended inspect processes, and how often. */
  inspectionDeaths: [string, number][];
  /** What is known of recipients that mail hosts were asked for. */
  recipients: Learned[];
  /** What is known of hosts that nobody registered. */
  hosts: LearnedHost[];
  /** Keys of TLS session tickets, the same in all threads (48 octets). */
  ticketKeys: Uint8Array;
  /** Connections by source and customer, shared by all threads. */
  counters: SharedConnectionCounters;
  /** How often strangers connect, shared by all threads. */
  rates: SharedConnectionRates;
  store: MessagePort;
  /** Takes arrays of refusals. */
  trace: MessagePort;
  control: MessagePort;
}

/** Main to relay thread, in arrays. */
export type ToRelay =
  | { op: 'directory'; update: DirectoryUpdate }
  /** A reloaded configuration: what can change while running does. */
  | { op: 'config'; config: Config }
  | { op: 'certificates' }
  /** No new mail; what is queued goes on. */
  | { op: 'drain' }
  | { op: 'store'; port: MessagePort }
  | { op: 'trace'; port: MessagePort }
  | { op: 'metrics'; key: number }
  /** What another thread has learned of recipients. */
  | { op: 'recipients'; learned: Learned[] }
  /** What another thread has learned of hosts. */
  | { op: 'hosts'; learned: LearnedHost[] }
  /** Taking this content apart ended a process of some thread. */
  | { op: 'inspection-died'; digest: string }
  /** A private key that the thread asked for (PKCS #8, DER); without `key` it cannot be had. */
  | { op: 'signing-key'; id: number; key?: Uint8Array }
  /** Sessions and deliveries end within the time; answered with `stopped`. */
  | { op: 'stop'; graceMs: number };

/** What main is to know of the inspection. */
export type InspectionNews =
  /** A message met rules that people want to hear of. */
  | { kind: 'rules-met'; notice: RuleNotice }
  /** Processes that take messages apart do not start: so many tries have failed. */
  | { kind: 'not-started'; failures: number }
  /** They do again. */
  | { kind: 'started-again' }
  /** This content ended a process, or a scanner's connection; for all threads to count. */
  | { kind: 'died'; digest: string };

/** Relay thread to main, in arrays. */
export type FromRelay =
  | { op: 'listening' }
  | { op: 'failed'; reason: string }
  | { op: 'metrics'; key: number; snapshot: unknown }
  /** Queued mail found none of its pools with an active address; for the alarm. */
  | { op: 'no-address'; customer: string }
  /** A customer's mail host is found down again, or is back. */
  | { op: 'mail-host'; news: MailHostNews }
  /** A receiver said that an address is gone for good, or its owner complained. */
  | { op: 'suppress'; request: SuppressionRequest }
  /** What mail hosts said of recipients; for the other threads, and for the next start. */
  | { op: 'recipients'; learned: Learned[] }
  | { op: 'inspection'; news: InspectionNews }
  /** Whose mail was taken, and who tried for the first time; for the other threads, and for the next start. */
  | { op: 'hosts'; learned: LearnedHost[] }
  /** The thread is under load since now, for this cause; without one it no longer is. */
  | { op: 'load'; cause?: LoadCause }
  /** A DNS blocklist was tested: what is wrong with it, if anything. */
  | { op: 'dnsbl'; zone: string; fault?: string }
  /** A message is to be signed with this key. */
  | { op: 'signing-key'; id: number }
  /** What senders of customers did in the last second. */
  | { op: 'senders'; batch: IdentityActivity[] }
  | { op: 'stopped' };
