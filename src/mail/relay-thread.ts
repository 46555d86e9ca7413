// A relay thread: sessions and deliveries. Everything of it is built here; the order of the stages stands in receive.ts
// and dispatch.ts.

import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import type { Resolver } from '../network/dns-answer.ts';
import { createResolver } from '../network/resolver.ts';
import { type Channel, openChannel } from '../platform/channel.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import { inTime } from '../platform/in-time.ts';
import { createLog, type Log } from '../platform/log.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { openConnectionCounters } from './accept/connection-counters.ts';
import type { Dnsbl } from './accept/front/dnsbl.ts';
import { type Listeners, startListeners } from './accept/listener.ts';
import { type NamedReply, replies } from './accept/replies.ts';
import { type DirectoryIndex, openDirectory } from './authorise/directory-index.ts';
import { createHosts, type Hosts } from './authorise/greylist/hosts.ts';
import { openMailHost } from './authorise/recipients/ask-mail-host.ts';
import { createCallAhead } from './authorise/recipients/call-ahead.ts';
import { createRecipientCheck, type RecipientCheck } from './authorise/recipients/recipient-check.ts';
import { createDeliverer, type Deliverer } from './deliver/deliverer.ts';
import { createSigner, type Signer } from './deliver/sign.ts';
import { createSigningKeys, type SigningKeys } from './deliver/signing-keys.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { messageIdsOf } from './hide/message-ids.ts';
import { createSenders, type Senders } from './identities/senders.ts';
import { type Checks, createChecks } from './inspect/create-checks.ts';
import { nothingWrong } from './inspect/nothing-wrong.ts';
import type { Outcome, QueueId } from './message.ts';
import { oncePerCustomer } from './once-per-customer.ts';
import { frontOf, openBlocklists } from './open-front.ts';
import { openTakeIn, tellAccepted } from './open-take-in.ts';
import { type BodyReader, openBodyReader } from './queue/body-reader.ts';
import { type BodyStore, openBodyStore } from './queue/body-store.ts';
import type { Work } from './queue/queue.ts';
import { createQueueIds } from './queue/queue-id.ts';
import { createQueueClient, type QueueClient } from './queue/relay-client.ts';
import type { ContentKeys } from './queue/sealed-content.ts';
import { createReceiver } from './receive.ts';
import type { FromRelay, RelayThreadData, ToRelay } from './relay-messages.ts';
import { replaceSections } from './replace-sections.ts';
import { createMailMetrics, type MailMetrics } from './report/mail-metrics.ts';
import type { ReadReturn } from './report/returned-mail.ts';
import { createReturns, type Returns } from './returns.ts';
import { type OwnHosts, ownHosts } from './route/own-hosts.ts';
import { createRejections, type Rejections } from './trace/rejections.ts';
import { openTraceReader } from './trace/trace-reader.ts';

/** What the parts of the thread share. */
interface Thread {
  data: RelayThreadData;
  /** Sections are replaced in place when the configuration is reloaded. */
  config: Config;
  control: Channel<FromRelay, ToRelay>;
  log: Log;
  metrics: Metrics;
  counted: MailMetrics;
  directory: DirectoryIndex;
  queue: QueueClient;
  rejections: Rejections;
  bodies: BodyStore;
  signer: Signer;
  signingKeys: SigningKeys;
  resolver: Resolver;
  own: OwnHosts;
  senders: Senders;
  hosts: Hosts;
  newId: () => QueueId;
  draining: boolean;
}

/** Builds the thread, listens, and serves main's messages until `stop`. */
export async function startRelayThread(data: RelayThreadData): Promise<void> {
  const waiting: ToRelay[] = [];
  let take = (message: ToRelay): void => void waiting.push(message);
  const control = openChannel<FromRelay, ToRelay>(data.control, (messages) => {
    for (const message of messages) take(message);
  });
  const thread = openThread(data, control);
  const deliverer = openDeliverer(thread);
  const checks = openChecks(thread);
  const delivery = openDelivery(thread, deliverer, checks);
  try {
    const recipients = openRecipientCheck(thread, deliverer);
    const dnsbl = openBlocklists(thread);
    const listeners = await listen(thread, { delivery, recipients, checks, dnsbl });
    take = (message) => serve(message, thread, { listeners, delivery, deliverer, recipients, checks, dnsbl });
    waiting.forEach(take);
    control.send({ op: 'listening' });
  } catch (err) {
    thread.log.error('cannot listen', { err });
    control.send({ op: 'failed', reason: err instanceof Error ? err.message : String(err) });
  }
}

function openThread(data: RelayThreadData, control: Channel<FromRelay, ToRelay>): Thread {
  const { config, thread } = data;
  const log = createLog({ level: config.log.level, thread: `relay-${thread}` });
  const metrics = createMetrics();
  const directory = openDirectory(data.base);
  for (const update of data.updates) directory.update(update);
  const resolver = createResolver({
    servers: config.dns.servers,
    trustAd: config.dns.trust_ad,
    timeoutMs: config.dns.timeout,
    clock: systemClock,
  });
  const signingKeys = createSigningKeys((id) => control.send({ op: 'signing-key', id }));
  return {
    data,
    config,
    control,
    log,
    metrics,
    counted: createMailMetrics(metrics),
    directory,
    queue: createQueueClient({ port: data.store, thread, log }),
    rejections: createRejections({
      port: data.trace,
      limits: config.trace,
      clock: systemClock,
    }),
    bodies: openBodyStore(join(config.node.data_dir, 'bodies'), data.contentKeys),
    signer: createSigner({ directory, keys: signingKeys, hostname: config.node.hostname, clock: systemClock }),
    signingKeys,
    resolver,
    hosts: openHosts({ data, control, metrics, resolver }),
    own: ownHosts({ config: () => config, directory, resolver }),
    senders: createSenders({
      directory,
      threads: data.threads,
      now: systemClock.now,
      send: (batch) => control.send({ op: 'senders', batch }),
    }),
    newId: createQueueIds({ node: config.node.id, thread, now: systemClock.now }),
    draining: false,
  };
}

function openHosts({
  data,
  control,
  metrics,
  resolver,
}: Pick<Thread, 'data' | 'control' | 'metrics' | 'resolver'>): Hosts {
  const hosts = createHosts({
    secret: data.loopSecret,
    limits: data.config.greylist,
    resolver,
    learned: (learned) => control.send({ op: 'hosts', learned }),
    clock: systemClock,
    metrics,
  });
  hosts.learn(data.hosts);
  return hosts;
}

function openDeliverer(thread: Thread): Deliverer {
  const { config, data, log, metrics, queue, signer } = thread;
  return createDeliverer({
    delivery: config.delivery,
    thread: data.thread,
    threads: data.threads,
    loopSecret: data.loopSecret,
    returnKey: data.returnKey,
    signer,
    clock: systemClock,
    log,
    metrics,
    news: (news) => queue.news(news),
    mailHost: (news) => thread.control.send({ op: 'mail-host', news }),
  });
}

function openDelivery(thread: Thread, deliverer: Deliverer, checks: Checks): Delivery {
  const { config, data, directory, log, queue, counted } = thread;
  return createDelivery({
    config,
    memory: Math.floor(config.queue.memory / data.threads),
    directory,
    resolver: thread.resolver,
    own: thread.own,
    deliverer,
    takeIn: openTakeIn(thread, checks),
    queue,
    reader: readerWhenNeeded(config.node.data_dir, thread.data.contentKeys),
    newId: thread.newId,
    clock: systemClock,
    log,
    outcome: (work, outcome) => {
      counted.outcome(work, outcome);
      thread.senders.outcome(work.meta, outcome);
      mailHostTook(thread, work, outcome);
    },
    notice: (meta) => counted.notice(meta),
    noAddress: oncePerCustomer(
      (customer) => thread.control.send({ op: 'no-address', customer }),
      systemClock.monotonic,
    ),
    suppress: (request) => thread.control.send({ op: 'suppress', request }),
  });
}

/** A mail host that takes its customer's mail is known, should it connect itself. */
function mailHostTook({ hosts }: Thread, { meta }: Work, outcome: Outcome): void {
  if (meta.direction !== 'inbound' || outcome.kind !== 'delivered') return;
  if (outcome.attempt.ip !== undefined) hosts.passed(outcome.attempt.ip);
}

/** The queue's file is made by the store thread, which starts at the same time as this one. */
function readerWhenNeeded(dataDir: string, keys: ContentKeys): Pick<BodyReader, 'open'> {
  let reader: BodyReader | undefined;
  return {
    open(message) {
      reader ??= openBodyReader(dataDir, keys);
      return reader.open(message);
    },
  };
}

/** A late bounce or complaint: in log and metrics, and what follows from it. */
function tellReturn({ control, counted, log }: Thread, { about, notes, suppress }: ReadReturn): void {
  for (const note of notes) {
    counted.returned(note);
    const kind = note.type.slice('message.recipient.'.length);
    log.info('returned', {
      id: about,
      customer: note.customer,
      recipient: note.index,
      kind,
      class: note.bounce?.class,
    });
  }
  // After the acceptance: a crash in between may lose the suppression, never the note.
  for (const request of suppress) control.send({ op: 'suppress', request });
}

function openReturns({ config, data, directory }: Thread): Returns {
  const trace = openTraceReader(join(config.node.data_dir, 'trace'));
  return createReturns({
    config,
    directory,
    key: data.returnKey,
    now: systemClock.now,
    accepted: (id) => trace.accepted(id),
  });
}

function openRecipientCheck(thread: Thread, deliverer: Deliverer): RecipientCheck {
  const { config, control, data, directory, log, metrics, own, resolver } = thread;
  const route = { directory, resolver, routes: config.route, delivery: config.delivery, own };
  const asked = { route, deliverer, hostname: config.node.hostname, limits: config.recipients };
  const check = createRecipientCheck({
    directory,
    callAhead: createCallAhead({
      connect: (customer, domain) => openMailHost(asked, customer, domain),
      limits: config.recipients,
      clock: systemClock,
      log,
    }),
    limits: config.recipients,
    learned: (learned) => control.send({ op: 'recipients', learned }),
    clock: systemClock,
    metrics,
  });
  check.learn(data.recipients);
  return check;
}

function openChecks(thread: Thread): Checks {
  const { config, control, data, directory, log, metrics, resolver } = thread;
  return createChecks({
    config,
    thread: data.thread,
    threads: data.threads,
    directory,
    resolver,
    clock: systemClock,
    log,
    metrics,
    deaths: data.inspectionDeaths,
    died: (digest) => control.send({ op: 'inspection', news: { kind: 'died', digest } }),
    notStarted: (failures) => control.send({ op: 'inspection', news: { kind: 'not-started', failures } }),
    startedAgain: () => control.send({ op: 'inspection', news: { kind: 'started-again' } }),
  });
}

function listen(
  thread: Thread,
  { delivery, recipients, checks, dnsbl }: Pick<Running, 'delivery' | 'recipients' | 'checks' | 'dnsbl'>,
): Promise<Listeners> {
  const { config, data, directory, log, metrics, queue } = thread;
  const handler = createReceiver({
    hostname: config.node.hostname,
    resultsId: () => config.authentication.id ?? config.node.hostname,
    directory,
    checks: () => checks.list,
    limits: config.limits,
    inlineBody: config.queue.inline_body,
    trace: config.trace,
    termination: config.termination,
    loopSecret: data.loopSecret,
    returns: openReturns(thread),
    recipients,
    messageIds: messageIdsOf(config, data.loopSecret),
    bodies: thread.bodies,
    newId: thread.newId,
    now: systemClock.now,
    closed: (): NamedReply | undefined => {
      if (thread.draining) return replies.draining;
      return queue.full ? replies.storageFull : undefined;
    },
    enqueue: (message) => delivery.enqueue(message),
    accepted: (message) => {
      const { ip } = message.meta.origin;
      if (directory.network(ip) === undefined && nothingWrong(message)) thread.hosts.passed(ip);
      tellAccepted(thread, message);
    },
    hosts: thread.hosts,
    rejected: (event) => thread.rejections.add(event),
    returned: (read) => tellReturn(thread, read),
    inspected: (inspected, ms) => checks.inspected(inspected, ms),
    senders: thread.senders,
    rulesMet: (notice) => thread.control.send({ op: 'inspection', news: { kind: 'rules-met', notice } }),
  });
  return startListeners({
    listeners: config.listener,
    certificate: config.tls,
    limits: config.limits,
    hostname: config.node.hostname,
    handler,
    log,
    metrics,
    clock: systemClock,
    counters: openConnectionCounters(data.counters, data.thread),
    front: frontOf(thread, dnsbl),
    ticketKeys: data.ticketKeys,
  });
}

interface Running {
  listeners: Listeners;
  delivery: Delivery;
  deliverer: Deliverer;
  recipients: RecipientCheck;
  checks: Checks;
  dnsbl: Dnsbl;
}

function serve(message: ToRelay, thread: Thread, running: Running): void {
  switch (message.op) {
    case 'directory':
      return thread.directory.update(message.update);
    case 'config':
      replaceSections(thread.config, message.config);
      running.checks.reloaded();
      running.dnsbl.use(message.config.dnsbl);
      return running.listeners.setLimits(message.config.limits);
    case 'certificates':
      running.listeners
        .reloadCertificates(thread.config.tls)
        .catch((err: unknown) => thread.log.error('certificates not reloaded', { err }));
      return undefined;
    case 'signing-key':
      return thread.signingKeys.answer(message.id, message.key);
    case 'recipients':
      return running.recipients.learn(message.learned);
    case 'hosts':
      return thread.hosts.learn(message.learned);
    case 'inspection-died':
      return running.checks.died(message.digest);
    case 'drain':
      thread.draining = true;
      return undefined;
    case 'store':
      thread.queue.reattach(message.port);
      return running.deliverer.forgetNews();
    case 'trace':
      return thread.rejections.reattach(message.port);
    case 'metrics':
      thread.metrics.snapshot().then(
        (snapshot) => thread.control.send({ op: 'metrics', key: message.key, snapshot }),
        (err: unknown) => thread.log.error('metrics not read', { err }),
      );
      return undefined;
    case 'stop':
      void stop(thread, running, message.graceMs);
      return undefined;
    default:
      return message satisfies never;
  }
}

async function stop(thread: Thread, running: Running, graceMs: number): Promise<void> {
  try {
    await Promise.all([running.listeners.close(graceMs), inTime(running.delivery.close(), graceMs)]);
  } catch (err) {
    thread.log.error('relay thread stopped with a fault', { err });
  }
  running.checks.close();
  thread.senders.close();
  thread.control.send({ op: 'stopped' });
  thread.control.flush();
  thread.log.flush();
  thread.rejections.close();
  thread.queue.close();
  thread.control.close();
}

const given = workerData as RelayThreadData | null;
if (given?.role === 'relay') await startRelayThread(given);
