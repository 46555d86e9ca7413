// The HTTP shell: the API on a socket that only its owner can open, health and metrics over TCP.

import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Log } from '../../platform/log.ts';
import { guardOperations } from './access.ts';
import { keepAnswers } from './answers.ts';
import type { ApiContext, ApiServer } from './context.ts';
import { answerErrors } from './errors.ts';
import { type HealthOptions, healthHandler } from './health.ts';
import { addSuppressions } from './operations/add-suppressions.ts';
import { apply } from './operations/apply.ts';
import { changeQueue } from './operations/change-queue.ts';
import { checkDkimRecords } from './operations/check-dkim-records.ts';
import { checkFirewall } from './operations/check-firewall.ts';
import { createDkimKey } from './operations/create-dkim-key.ts';
import { drain } from './operations/drain.ts';
import { explain } from './operations/explain.ts';
import { getFirewall } from './operations/get-firewall.ts';
import { getQueueCounts } from './operations/get-queue-counts.ts';
import { getStatus } from './operations/get-status.ts';
import { getSuppression } from './operations/get-suppression.ts';
import { importDkimKey } from './operations/import-dkim-key.ts';
import { listAudit } from './operations/list-audit.ts';
import { listDestinations } from './operations/list-destinations.ts';
import { listDkimKeys } from './operations/list-dkim-keys.ts';
import { listQueue } from './operations/list-queue.ts';
import { listSuppressions } from './operations/list-suppressions.ts';
import { removeDkimKey } from './operations/remove-dkim-key.ts';
import { removeSuppression } from './operations/remove-suppression.ts';
import { retireDkimKey } from './operations/retire-dkim-key.ts';
import { rotateDkimKeys } from './operations/rotate-dkim-keys.ts';
import { searchTrace } from './operations/search-trace.ts';
import { showDkimKey } from './operations/show-dkim-key.ts';
import { showQueued } from './operations/show-queued.ts';
import { showTrace } from './operations/show-trace.ts';
import { suspendCustomer } from './operations/suspend-customer.ts';
import { withSocketPath } from './socket-path.ts';

export interface ApiOptions extends HealthOptions {
  /** The socket, in the data folder. One that was left behind is replaced: the data folder's lock is ours. */
  socketPath: string;
  /** Where health, metrics and the page are served; port 0 picks one. */
  http?: { host: string; port: number };
  context: ApiContext;
  log: Log;
}

export interface Api {
  /** Port of the TCP listener; 0 where there is none. */
  readonly httpPort: number;
  close(): Promise<void>;
}

/** Operations in the order of the documentation. */
const OPERATIONS = [
  getStatus,
  getQueueCounts,
  listQueue,
  showQueued,
  listDestinations,
  changeQueue,
  searchTrace,
  showTrace,
  explain,
  apply,
  suspendCustomer,
  getFirewall,
  checkFirewall,
  listSuppressions,
  getSuppression,
  addSuppressions,
  removeSuppression,
  listDkimKeys,
  showDkimKey,
  createDkimKey,
  importDkimKey,
  rotateDkimKeys,
  retireDkimKey,
  removeDkimKey,
  checkDkimRecords,
  listAudit,
  drain,
];

/** Starts both listeners. Rejects where one cannot be opened; then neither is. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const api = await buildApi(options.context, options.log);
  const local = createServer((request, response) => api.routing(request, response));
  await listenPrivately(local, options.socketPath);
  let tcp: Server | undefined;
  try {
    tcp = options.http && (await listenTcp(healthHandler(options), options.http));
  } catch (error) {
    await closeServer(local);
    throw error;
  }
  return {
    httpPort: tcp === undefined ? 0 : (tcp.address() as AddressInfo).port,
    close: async () => {
      await Promise.all([closeServer(local), tcp === undefined ? undefined : closeServer(tcp)]);
      await api.close();
    },
  };
}

/** All operations, with their documentation; listens nowhere. */
export async function buildApi(context: ApiContext, log: Log): Promise<ApiServer> {
  const api = Fastify({
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 400 },
  }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  answerErrors(api, log);
  guardOperations(api, async (request) => ({ kind: 'owner', who: whoAsks(request.headers) }));
  keepAnswers(api, context.control.idempotency, fingerprint);
  api.addContentTypeParser('application/toml', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Easymail', version: context.status().version, description: 'The relay, for its operator.' },
    },
    transform: jsonSchemaTransform,
  });
  for (const operation of OPERATIONS) operation(api, context);
  api.get(
    '/api/v1/openapi.json',
    {
      schema: { hide: true },
      config: { access: { public: 'describes the operations, and holds nothing of anybody' } },
    },
    () => api.swagger(),
  );
  await api.ready();
  return api;
}

/** Name of who asks at the socket. It is its owner's alone, so it is believed. */
function whoAsks(headers: { [name: string]: string | string[] | undefined }): string {
  const given = headers['x-operator'];
  return typeof given === 'string' && /^[\x21-\x7e]{1,64}$/.test(given) ? given : 'operator';
}

function fingerprint(method: string, url: string, body: unknown): string {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  return hash.update(typeof body === 'string' ? body : JSON.stringify(body ?? null)).digest('hex');
}

/** The socket is private from its first moment on: it is made under a mask that leaves others nothing. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  rmSync(path, { force: true });
  await withSocketPath(path, async (usable) => {
    const mask = process.umask(0o177);
    try {
      const listening = listen(server, () => server.listen(usable));
      chmodSync(path, 0o600);
      await listening;
    } finally {
      process.umask(mask);
    }
  });
}

async function listenTcp(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  { host, port }: { host: string; port: number },
): Promise<Server> {
  const server = createServer(handler);
  await listen(server, () => server.listen(port, host));
  return server;
}

function listen(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    start();
  });
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // A request that hangs must not keep the relay from stopping.
    setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
}

const CLOSE_GRACE_MS = 2000;
