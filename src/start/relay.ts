// The relay: everything is built and joined here, in the order in which it starts, and stopped in the other.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import packageJson from '../../package.json' with { type: 'json' };
import { RELAY_ACTOR } from '../control/actor.ts';
import type { RelayStatus } from '../control/api/context.ts';
import { type Control, type ControlOptions, openControl } from '../control/control.ts';
import { recordsAsMade } from '../control/dkim/records-as-made.ts';
import type { SandboxDesk } from '../control/sandbox/sandbox-desk.ts';
import { openServices, type Services } from '../control/services.ts';
import { watchedInStore } from '../control/webhooks/watched.ts';
import { type HostStore, openHostStore } from '../mail/authorise/greylist/host-store.ts';
import { openRecipientStore, type RecipientStore } from '../mail/authorise/recipients/recipient-store.ts';
import { mayBeHeldFor } from '../mail/authorise/suppression.ts';
import { SUPPRESSED_HOLD } from '../mail/deliver/withheld.ts';
import { type ContentKeys, contentKeys } from '../mail/queue/sealed-content.ts';
import type { AlarmWatch } from '../mail/report/alarm-watch.ts';
import { type StartedAlarms, startAlarms } from '../mail/report/start-alarms.ts';
import { createReader, type Reader } from '../mail/trace/reader.ts';
import type { Resolver } from '../network/dns-answer.ts';
import { createResolver } from '../network/resolver.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { KeyOrigins } from '../platform/config/load.ts';
import type { Config } from '../platform/config/schema.ts';
import { type Log, setLogLevels } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createSecretBox } from '../platform/secret-box.ts';
import { type AddressWait, createAddressWait } from './address-wait.ts';
import { type DataDir, openDataDir } from './data-dir.ts';
import { type Http, startHttp } from './http.ts';
import { createOwnMail } from './own-mail.ts';
import { portsFree } from './ports-free.ts';
import { changedForRestart, isTakenWhileRunning } from './reload.ts';
import { type StopStep, stopAll } from './stop-in-time.ts';
import { startThreads, type Threads } from './threads.ts';

export interface RelayOptions {
  log: Log;
  clock?: Clock;
  /** Ends the process; called when the disk failed. */
  fatal: (code: number) => void;
  /** Applied before mail is taken: what the sandbox is made of. */
  document?: string;
  /** What the API shows of the sandbox. */
  sandbox?: SandboxDesk;
  /** File of the configuration, and where each of its values comes from. */
  file?: string;
  origins?: KeyOrigins;
  /** Told once a drained queue holds nothing but what is held. */
  drained: () => void;
}

/** A running relay. */
export interface Relay {
  readonly threads: Threads;
  readonly control: Control;
  readonly reader: Reader;
  readonly services: Services;
  /** Takes what can change while the relay runs; names what needs a restart. */
  reload(config: Config, origins?: KeyOrigins): string[];
  /** Takes no new mail from now on; `drained` is told once nothing waits but what is held. */
  drain(): void;
  /** A new one-time link for the first administrator; nothing where there is one. */
  firstAdministratorLink(): Promise<string | undefined>;
  /** A worker by name (`store`, `trace`, `relay-0` …), for tests that end one. */
  worker(name: string): Worker | undefined;
  /** Sessions and deliveries end within the time; what is not delivered stays in the queue. False where a part failed. */
  stop(graceMs: number): Promise<boolean>;
  /** What a stop waits for. */
  readonly stopsNow: string;
}

/** Starts the relay; resolves once it takes mail. Rejects, with nothing left running, where it cannot. */
export async function startRelay(config: Config, options: RelayOptions): Promise<Relay> {
  const dataDir = openDataDir(config.node.data_dir, config.secrets);
  try {
    await portsFree(config.listener);
  } catch (error) {
    dataDir.lock.release();
    throw error;
  }
  const relay = new RunningRelay(config, dataDir, options);
  try {
    await relay.start();
    return relay;
  } catch (error) {
    await relay.stop(0);
    throw error;
  }
}

function dkimParts(dataDir: DataDir, config: () => Config, alarms: () => AlarmWatch): ControlOptions['dkim'] {
  return {
    box: createSecretBox(dataDir.masterKeys, 'dkim'),
    mayBeLost: config().secrets.master_key_lost,
    settings: () => config().dkim,
    lookTxt: (name) => freshResolver(config()).txt(name),
    fault: (key, fault) => (fault === undefined ? alarms().signingKeyRight(key) : alarms().signingKey(key, fault)),
  };
}

/** Without what it heard before: a record that was just published counts at once. */
function freshResolver({ dns }: Config): Resolver {
  return createResolver({
    servers: dns.servers,
    trustAd: dns.trust_ad,
    timeoutMs: dns.timeout,
    clock: systemClock,
    cacheEntries: 1,
  });
}

/** Of an orderly stop, which has 30 seconds: most of them belong to the mail. */
const CLIENTS_STOP_MS = 3000;
const SERVICES_STOP_MS = 3000;
const DRAIN_LOOK_MS = 1000;
const RELEASE_AGAIN_MS = 2000;

class RunningRelay implements Relay {
  readonly control: Control;
  readonly reader: Reader;
  readonly services: Services;
  readonly threads: Threads;
  readonly #dataDir: DataDir;
  readonly #options: RelayOptions;
  readonly #metrics = createMetrics();
  readonly #startedAt = new Date().toISOString();
  readonly #clock: Clock;
  readonly #alarms: StartedAlarms;
  readonly #addressWait: AddressWait;
  readonly #recipients: RecipientStore;
  readonly #hosts: HostStore;
  stopsNow = 'nothing';
  #state: RelayStatus['state'] = 'starting';
  #api: Http | undefined;
  #draining: NodeJS.Timeout | undefined;
  readonly #startConfig: Config;
  #config: Config;
  #origins: KeyOrigins;

  constructor(config: Config, dataDir: DataDir, options: RelayOptions) {
    this.#startConfig = config;
    this.#config = config;
    this.#origins = options.origins ?? (() => ({ from: 'default' }));
    this.#dataDir = dataDir;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.control = this.#openControl();
    this.#addressWait = createAddressWait({
      directory: () => this.control.directory,
      store: () => this.threads.store,
      alarms: () => this.#alarms.watch,
      log: options.log,
    });
    this.#hosts = openHostStore(this.#smallFile('hosts.db', () => this.#config.greylist));
    this.#recipients = openRecipientStore(this.#smallFile('recipients.db', () => this.#config.recipients));
    const keys = contentKeys(dataDir.masterKeys);
    this.threads = startThreads({
      recipients: this.#recipients,
      hosts: this.#hosts,
      underLoad: (thread, cause) => this.#alarms.watch.underLoad(thread, cause),
      dnsbl: (zone, fault) => this.#alarms.watch.dnsbl(zone, fault),
      config,
      relays: config.node.threads ?? availableParallelism(),
      log: options.log,
      base: this.control.base,
      loopSecret: dataDir.loopSecret,
      returnKey: dataDir.returnKey,
      contentKeys: keys,
      ticketKeys: dataDir.ticketKeys,
      restarted: (name) => this.#alarms.watch.threadRestarted(name),
      fatal: options.fatal,
      traceSetAside: (notice) => this.#alarms.watch.traceSetAside(notice),
      watched: () => watchedInStore(this.control.database.raw),
      traceFed: (days) => this.services.webhooks.fed(days),
      noAddress: (customer) => this.#addressWait.found(customer),
      mailHost: (news) => {
        this.#alarms.watch.mailHost(news);
        this.services.mailHostEvents.heard(news);
      },
      suppress: (request) => this.control.suppressions.learn(request),
      inspection: (about, fault) => this.#alarms.watch.inspection(about, fault),
      sendersDid: (batch) => this.services.identities.learn(batch),
      rulesMet: (notice) => this.services.ruleNotices.tell(notice),
      signingKey: (id) => this.control.dkim.privateKey(id),
    });
    this.reader = this.#openReader(keys);
    this.#alarms = startAlarms({
      config: () => this.#config,
      clock: this.#clock,
      log: options.log,
      metrics: this.#metrics,
      store: () => this.threads.store,
      trace: () => this.threads.trace,
      reader: this.reader,
    });
    this.services = this.#openServices();
  }

  #openReader(keys: ContentKeys): Reader {
    const folder = this.#config.node.data_dir;
    return createReader({
      traceFolder: join(folder, 'trace'),
      queueFile: join(folder, 'queue.db'),
      contentKeys: keys,
      log: this.#options.log,
    });
  }

  #smallFile<L>(name: string, limits: () => L) {
    return { path: join(this.#config.node.data_dir, name), limits, now: this.#clock.now, log: this.#options.log };
  }

  #openServices(): Services {
    const { control, reader } = this;
    return openServices({
      database: control.database,
      changes: control.changes,
      directory: control.directory,
      clock: this.#clock,
      log: this.#options.log,
      config: () => this.#config,
      freshResolver: () => freshResolver(this.#config),
      secretBox: (purpose) => createSecretBox(this.#dataDir.masterKeys, purpose),
      store: () => this.threads.store,
      reader,
      trace: () => this.threads.trace,
      recipients: this.#recipients,
      sendMail: createOwnMail({
        config: () => this.#config,
        returnKey: this.#dataDir.returnKey,
        // As the threads of the mail path do: a message of tomorrow would confuse them.
        clock: systemClock,
        store: () => this.threads.store,
      }),
      poolsChanged: () => this.#addressWait.poolsChanged(),
      alarms: () => this.#alarms.watch,
      watchTrace: (watched) => this.threads.trace.watch(watched),
      threadMetrics: () => this.threads.metrics(),
      activeAlarms: () => this.#alarms.alarms.active(),
      threadLoads: () => this.threads.loads(),
    });
  }

  #openControl(): Control {
    const { log } = this.#options;
    return openControl({
      path: join(this.#config.node.data_dir, 'control.db'),
      clock: this.#clock,
      publish: (update) => this.threads.updateDirectory(update),
      eventsWritten: () => this.services.webhooks.eventsWritten(),
      suspend: async (customer, suspended, by) => {
        await this.threads.store.apply({ verb: suspended ? 'suspend' : 'resume', customer, by });
      },
      erase: (step, customer) => this.services.customers.eraseWithin(step, customer),
      poolsChanged: () => {
        this.#addressWait.poolsChanged();
        this.services.pools.changed();
      },
      addressWarnings: (addresses) => this.services.pools.warnings(addresses),
      releaseSuppressed: async (customer, to, by) => {
        const query = { customer, ...mayBeHeldFor(to), hold: SUPPRESSED_HOLD };
        const release = () => this.threads.store.apply({ verb: 'release', query, kind: SUPPRESSED_HOLD, by });
        await release();
        // A relay thread may have got the mail before it heard that the address is no longer suppressed, and held it anew.
        setTimeout(() => void release().catch(() => {}), RELEASE_AGAIN_MS).unref();
      },
      dkim: {
        ...dkimParts(
          this.#dataDir,
          () => this.#config,
          () => this.#alarms.watch,
        ),
        // Nothing leaves the machine, and no DNS knows its made-up domain.
        ...(this.#options.sandbox !== undefined && {
          lookTxt: (name) => recordsAsMade(this.control.database)(name),
        }),
      },
      log,
      suppressionFailed: (err) => log.error('an address was not suppressed', { err }),
    });
  }

  async start(): Promise<void> {
    if (this.#options.document !== undefined) await this.#applyFirst(this.#options.document);
    await this.threads.listening();
    await this.services.customers.suspensions.repeat();
    this.#sealAnew();
    this.#api = await startHttp({
      config: this.#config,
      control: this.control,
      threads: this.threads,
      reader: this.reader,
      metrics: this.#metrics,
      log: this.#options.log,
      services: this.services,
      returnKey: this.#dataDir.returnKey,
      status: () => this.#status(),
      drain: () => this.drain(),
      settings: () => ({
        started: this.#startConfig,
        read: this.#config,
        origins: this.#origins,
        file: this.#options.file,
        takenWhileRunning: isTakenWhileRunning,
      }),
      ...(this.#options.sandbox !== undefined && { sandbox: this.#options.sandbox }),
    });
    if (this.#config.operator.postmaster.length === 0) {
      this.#options.log.warn('nobody is named in operator.postmaster: mail to postmaster and abuse of our names waits');
    }
    this.#state = 'ready';
  }

  /** After the master key was changed; mail goes on meanwhile, since the former ones are named too. */
  #sealAnew(): void {
    this.control.dkimKeeper.resealAll().then(
      (keys) => keys > 0 && this.#options.log.info('DKIM keys sealed with the present master key', { keys }),
      (err: unknown) => this.#options.log.error('DKIM keys not sealed anew', { err }),
    );
  }

  #status(): RelayStatus {
    return {
      version: packageJson.version,
      hostname: this.#config.node.hostname,
      state: this.#state,
      started_at: this.#startedAt,
    };
  }

  reload(config: Config, origins = this.#origins): string[] {
    const needRestart = changedForRestart(this.#config, config, this.threads.mostConnections);
    this.#config = config;
    this.#origins = origins;
    setLogLevels(config.log.level);
    this.threads.updateConfig(config);
    this.services.scanners.reloaded();
    this.#alarms.reloaded();
    this.threads.reloadCertificates();
    this.#reloadHttpCertificate(config);
    return needRestart;
  }

  #reloadHttpCertificate({ http }: Config): void {
    try {
      this.#api?.reloadCertificate(http);
    } catch (err) {
      this.#options.log.error('the certificate of [http] was not read again; the old one stays', { err });
    }
  }

  drain(): void {
    if (this.#state !== 'ready') return;
    this.#state = 'draining';
    this.threads.drain();
    this.#draining = setInterval(() => void this.#lookWhetherDrained(), DRAIN_LOOK_MS);
  }

  async #lookWhetherDrained(): Promise<void> {
    const counts = await this.threads.store.counts().catch(() => undefined);
    if (counts === undefined || this.#state !== 'draining') return;
    // What is held goes on when an operator says so, which may be never: it stays for the next start.
    if (counts.queued + counts.deferred + counts.events_pending > 0) return;
    clearInterval(this.#draining);
    this.#options.drained();
  }

  firstAdministratorLink(): Promise<string | undefined> {
    return this.services.access.joining.firstLink(RELAY_ACTOR);
  }

  worker(name: string): Worker | undefined {
    return this.threads.worker(name);
  }

  stop(graceMs: number): Promise<boolean> {
    this.#state = 'stopping';
    clearInterval(this.#draining);
    this.#addressWait.close();
    this.#alarms.watch.close();
    const { log } = this.#options;
    const steps: StopStep[] = [
      // Streams that go on for ever would hold up the listeners.
      { name: 'live views', end: () => this.services.live.close() },
      { name: 'the API', end: () => this.#api?.close(), withinMs: CLIENTS_STOP_MS },
      { name: 'services', end: () => this.services.close(), withinMs: SERVICES_STOP_MS },
      { name: 'threads', end: () => this.threads.stop(graceMs) },
      { name: 'recipients.db', end: () => this.#recipients.close() },
      { name: 'hosts.db', end: () => this.#hosts.close() },
      { name: 'readers', end: () => this.reader.close() },
      { name: 'control.db', end: () => this.control.close() },
      { name: 'the lock', end: () => this.#dataDir.lock.release() },
      { name: 'the log', end: () => log.flush() },
    ];
    return stopAll(steps, log, (name) => {
      this.stopsNow = name;
    });
  }

  async #applyFirst(document: string): Promise<void> {
    const outcome = await this.control.apply(document, { prune: false, dryRun: false, who: 'sandbox' });
    if (outcome.kind === 'refused') {
      const faults = outcome.faults.map((fault) => JSON.stringify(fault)).join('; ');
      throw new Error(`the sandbox's customers were refused: ${faults}`);
    }
  }
}
