// The HTTP shell: the API on a socket that only its owner can open, and over TCP with health, metrics and pages.

import { createHash, randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import swagger from '@fastify/swagger';
import Fastify from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../../platform/clock.ts';
import type { Config } from '../../platform/config/schema.ts';
import type { Log } from '../../platform/log.ts';
import { isWithin } from '../access/client-network.ts';
import { guardOperations } from './access.ts';
import { addAnswerHeaders, refuseOtherSites } from './answer-headers.ts';
import { idempotencyFaults, keepAnswers } from './answers.ts';
import { readBodies } from './bodies.ts';
import { cameOverSocket, createCaller } from './caller.ts';
import { type ClientAddress, createClientAddress } from './client-address.ts';
import type { ApiContext, ApiServer } from './context.ts';
import { addDocumentation } from './documentation.ts';
import { answerErrors, createErrorAnswer } from './errors.ts';
import { type HealthOptions, healthHandler } from './health.ts';
import { isApiPath, listenPrivately, listenTcp, type TcpListener, type TlsFiles } from './listeners.ts';
import { noteMethods } from './methods.ts';
import { accessOperations } from './operations/access.ts';
import { addSuppressions } from './operations/add-suppressions.ts';
import { apply } from './operations/apply.ts';
import { backupOperations } from './operations/backup.ts';
import { changeQueue } from './operations/change-queue.ts';
import { checkDkimRecords } from './operations/check-dkim-records.ts';
import { checkFirewall } from './operations/check-firewall.ts';
import { checkOperations } from './operations/checks.ts';
import { createDkimKey } from './operations/create-dkim-key.ts';
import { customerOperations } from './operations/customers.ts';
import { drain } from './operations/drain.ts';
import { explain } from './operations/explain.ts';
import { getFirewall } from './operations/get-firewall.ts';
import { getPortal } from './operations/get-portal.ts';
import { getQueueCounts } from './operations/get-queue-counts.ts';
import { getSettings } from './operations/get-settings.ts';
import { getStatus } from './operations/get-status.ts';
import { getSuppression } from './operations/get-suppression.ts';
import { guideOperations } from './operations/guides.ts';
import { importDkimKey } from './operations/import-dkim-key.ts';
import { joiningOperations } from './operations/joining.ts';
import { listAudit } from './operations/list-audit.ts';
import { listDestinations } from './operations/list-destinations.ts';
import { listDkimKeys } from './operations/list-dkim-keys.ts';
import { listQueue } from './operations/list-queue.ts';
import { listSuppressions } from './operations/list-suppressions.ts';
import { messageOperations } from './operations/messages.ts';
import { poolOperations } from './operations/pools.ts';
import { privacyOperations } from './operations/privacy.ts';
import { protectionOperations } from './operations/protection.ts';
import { quarantineOperations } from './operations/quarantine.ts';
import { queueOperations } from './operations/queue.ts';
import { readContent } from './operations/read-content.ts';
import { removeDkimKey } from './operations/remove-dkim-key.ts';
import { removeSuppression } from './operations/remove-suppression.ts';
import { retireDkimKey } from './operations/retire-dkim-key.ts';
import { rotateDkimKeys } from './operations/rotate-dkim-keys.ts';
import { sandboxOperations } from './operations/sandbox.ts';
import { searchTrace } from './operations/search-trace.ts';
import { senderOperations } from './operations/senders.ts';
import { serviceOperations } from './operations/service.ts';
import { showDkimKey } from './operations/show-dkim-key.ts';
import { showQueued } from './operations/show-queued.ts';
import { showTrace } from './operations/show-trace.ts';
import { terminationOperations } from './operations/termination.ts';
import { verifyAudit } from './operations/verify-audit.ts';
import { webhookOperations } from './operations/webhooks.ts';
import { createRequestCount } from './request-count.ts';
import { validateAtOnce } from './validate.ts';

export interface ApiOptions extends Omit<HealthOptions, 'mayRead'> {
  /** The socket, in the data folder. One that was left behind is replaced: the data folder's lock is ours. */
  socketPath: string;
  /** Where else to listen, and under which limits; port 0 picks one. */
  http: Config['http'];
  /** Certificate of the TCP listener. */
  tls?: TlsFiles;
  context: ApiContext;
  clock: Clock;
  log: Log;
}

export interface Api {
  /** Port of the TCP listener. */
  readonly httpPort: number;
  /** New connections use this certificate. Throws where it cannot be used; the old one stays. */
  replaceCertificate(tls: TlsFiles): void;
  close(): Promise<void>;
}

/** Operations in the order of the documentation. */
const OPERATIONS = [
  getStatus,
  ...serviceOperations,
  getQueueCounts,
  listQueue,
  showQueued,
  readContent,
  listDestinations,
  ...queueOperations,
  changeQueue,
  searchTrace,
  showTrace,
  ...messageOperations,
  explain,
  apply,
  ...checkOperations,
  ...customerOperations,
  ...joiningOperations,
  getPortal,
  getFirewall,
  checkFirewall,
  ...poolOperations,
  ...guideOperations,
  ...accessOperations,
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
  ...terminationOperations,
  ...webhookOperations,
  ...protectionOperations,
  ...senderOperations,
  ...quarantineOperations,
  ...privacyOperations,
  ...backupOperations,
  listAudit,
  verifyAudit,
  getSettings,
  ...sandboxOperations,
  drain,
];

/** Connections of one address over TCP. */
const CONNECTIONS_PER_ADDRESS = 200;
/** No operation takes longer; an apply of a large file takes minutes. */
const HANDLER_MS = 600_000;

/** Starts both listeners. Rejects where one cannot be opened; then neither is. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { http } = options;
  const api = await buildApi(options);
  const local = await listenPrivately((request, response) => {
    cameOverSocket(request);
    api.routing(request, response);
  }, options.socketPath);
  let tcp: TcpListener;
  try {
    tcp = await listenTcp(tcpHandler(api, options), {
      ...http.address,
      perAddress: CONNECTIONS_PER_ADDRESS,
      isProxy: (address) => isWithin(address.replace(/^::ffff:/, ''), http.trusted_proxies),
      ...(options.tls !== undefined && { tls: options.tls }),
    });
  } catch (error) {
    await local.close();
    throw error;
  }
  return {
    httpPort: tcp.port,
    replaceCertificate: (tls) => tcp.replaceCertificate(tls),
    close: async () => {
      await Promise.all([local.close(), tcp.close()]);
      await api.close();
    },
  };
}

function tcpHandler(api: ApiServer, options: ApiOptions): RequestListener {
  const { http } = options;
  const address = createClientAddress(http.trusted_proxies);
  const mayRead: HealthOptions['mayRead'] = (request) => isWithin(address(request), http.metrics_from);
  const health = healthHandler({ ...options, mayRead });
  return (request, response) => (isApiPath(request) ? api.routing(request, response) : health(request, response));
}

/** All operations, with their documentation; listens nowhere. */
export async function buildApi(options: Pick<ApiOptions, 'context' | 'http' | 'clock' | 'log'>): Promise<ApiServer> {
  const { context, http, clock, log } = options;
  const answerError = createErrorAnswer(log);
  const api = Fastify({
    exposeHeadRoutes: true,
    genReqId: () => randomBytes(12).toString('hex'),
    handlerTimeout: HANDLER_MS,
    routerOptions: { maxParamLength: 400 },
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  api.setSerializerCompiler(serializerCompiler);
  answerErrors(api, answerError, noteMethods(api));
  await addAnswerHeaders(api, http.url);
  const address = createClientAddress(http.trusted_proxies);
  guardOperations(api, guardParts(options, address));
  refuseOtherSites(api, http.url);
  readBodies(api);
  validateAtOnce(api, idempotencyFaults);
  keepAnswers(api, context.services.answers, fingerprint);
  logCalls(api, log);
  await api.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Easymail', version: context.status().version } },
    transform: jsonSchemaTransform,
  });
  addDocumentation(api, http.url);
  for (const operation of OPERATIONS) operation(api, context);
  await api.ready();
  return api;

  function guardParts({ context }: typeof options, address: ClientAddress) {
    return {
      caller: createCaller({
        address,
        authenticate: context.services.access.authenticate,
        resolveLink: (token) => context.services.customers.links.resolve(token),
      }),
      now: clock.now,
      count: createRequestCount({
        perMinute: http.requests_per_minute,
        unknownPerMinute: http.unknown_requests_per_minute,
        address,
        clock,
      }),
    };
  }
}

function fingerprint(method: string, url: string, body: unknown): string {
  const hash = createHash('sha256').update(`${method} ${url}\n`);
  return hash.update(typeof body === 'string' ? body : JSON.stringify(body ?? null)).digest('hex');
}

/** One line for each call that may have changed something; ids, no addresses of people. */
function logCalls(api: ApiServer, log: Log): void {
  api.addHook('onResponse', async ({ id, method, routeOptions, principal }, reply) => {
    const line = {
      operation: routeOptions.schema?.operationId,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      caller:
        principal.kind === 'owner' || principal.kind === 'nobody'
          ? principal.kind
          : `${principal.kind}:${principal.id}`,
      request: id,
    };
    if (method === 'GET' || method === 'HEAD') log.debug('api call', line);
    else log.info('api call', line);
  });
}
