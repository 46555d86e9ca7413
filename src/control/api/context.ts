// What the operations of the API work with; main joins it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { StoreControl } from '../../mail/queue/operations.ts';
import type { Reader } from '../../mail/trace/reader.ts';
import type { Control } from '../control.ts';
import type { ExplainParts, ExplainQuestion, Explanation } from '../explain/explain.ts';
import type { Firewall } from '../firewall/firewall.ts';
import type { SandboxDesk } from '../sandbox/sandbox-desk.ts';
import type { Services } from '../services.ts';
import type { ConfigSource } from '../settings/settings-in-force.ts';

export interface ApiContext {
  control: Control;
  /** The way to the store thread as it is now: a restart replaces it. */
  store(): StoreControl;
  reader: Reader;
  explain(question: ExplainQuestion): Promise<Explanation>;
  /** Where mail would leave from now. */
  sendingAddresses: ExplainParts['addresses'];
  firewall: Firewall;
  services: Services;
  /** Takes no new mail from now on; the relay ends itself once the queue is empty. */
  drain(): void;
  status(): RelayStatus;
  /** The configuration, and where it comes from. */
  settings(): ConfigSource;
  /** Absent where there is a configuration. */
  sandbox?: SandboxDesk;
}

/** How the relay is, in short. */
export interface RelayStatus {
  version: string;
  hostname: string;
  state: 'starting' | 'ready' | 'draining' | 'stopping';
  /** ISO 8601. */
  started_at: string;
}

/** The API's server while operations are added. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
