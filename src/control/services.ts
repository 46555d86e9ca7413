// The parts of the control plane, a folder a noun, joined here: each gets what it works with and nothing else. They start
// once the relay takes mail, and stop before it does.

import type { Directory } from '../mail/authorise/directory.ts';
import type { RecipientStore } from '../mail/authorise/recipients/recipient-store.ts';
import type { StoreControl } from '../mail/queue/operations.ts';
import type { AlarmWatch } from '../mail/report/alarm-watch.ts';
import type { ActiveAlarm } from '../mail/report/alarms.ts';
import type { SendMail } from '../mail/report/operations.ts';
import type { Reader } from '../mail/trace/reader.ts';
import type { Watched } from '../mail/trace/trace.ts';
import type { TraceClient } from '../mail/trace/trace-client.ts';
import type { Resolver } from '../network/dns-answer.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config/schema.ts';
import type { Log } from '../platform/log.ts';
import { openRecentCounts, type RecentCounts } from '../platform/recent-counts.ts';
import type { SecretBox } from '../platform/secret-box.ts';
import type { ThreadLoad } from '../platform/thread-load.ts';
import { type AccessService, openAccess } from './access/access.ts';
import { type NamedAdministrators, openNamedAdministrators } from './access/named-administrators.ts';
import { problem } from './api/problem.ts';
import { type AuditService, openAudit } from './audit/audit-service.ts';
import { type BackupService, openBackup } from './backup/backup.ts';
import { type BulkJobs, openBulkJobs } from './bulk/bulk-jobs.ts';
import type { Changes } from './changes.ts';
import { type Checks, openChecks } from './checks/checks.ts';
import { type Customers, openCustomers } from './customers/customers.ts';
import type { ControlDatabase } from './database/control-database.ts';
import { createIdempotencyStore, type IdempotencyStore } from './database/idempotency.ts';
import { createMailHostEvents, type MailHostEvents } from './events/mail-host-events.ts';
import { type Guides, openGuides } from './guides/guides.ts';
import { type HealthService, openHealth } from './health/health.ts';
import { type Identities, openIdentities } from './identities/identities.ts';
import { type Live, openLive } from './live/live.ts';
import { type Messages, openMessages } from './messages/messages.ts';
import { type Notices, openNotices } from './notices/notices.ts';
import { startStageNotices } from './notices/stage-notices.ts';
import { openPools, type Pools } from './pools/pools.ts';
import { openPrivacy, type PrivacyService } from './privacy/privacy.ts';
import { type Floods, openFloods } from './protection/floods.ts';
import { openProtection, type Protection } from './protection/protection.ts';
import { PROTECTION_COUNTS } from './protection/protection-counts.ts';
import { createRuleNotices, type RuleNotices } from './protection/rule-notices.ts';
import { openQuarantine, type Quarantine } from './quarantine/quarantine.ts';
import { openScanners, type ScannersService } from './scanners/scanners.ts';
import { openTermination, type Termination } from './termination/termination.ts';
import { openWebhooks, type Webhooks } from './webhooks/webhooks.ts';

/** What services are made of. */
export interface ServiceParts {
  database: ControlDatabase;
  changes: Changes;
  directory: Directory;
  clock: Clock;
  log: Log;
  /** Settings as they are now. */
  config: () => Config;
  /** A resolver without what it heard before: what was just published counts at once. */
  freshResolver: () => Resolver;
  /** Seals secrets of one part under the master key. */
  secretBox: (purpose: string) => SecretBox;
  /** The way to the store thread as it is now. */
  store: () => StoreControl;
  reader: Reader;
  /** The way to the trace thread as it is now. */
  trace: () => TraceClient;
  /** What mail hosts said of recipients. */
  recipients: RecipientStore;
  sendMail: SendMail;
  /** Queued mail may find other addresses of ours now. */
  poolsChanged: () => void;
  alarms: () => AlarmWatch;
  /** Tells the trace whose events are followed from now on. */
  watchTrace: (watched: Watched) => void;
  /** Snapshots of the metrics of all threads. */
  threadMetrics: () => Promise<readonly unknown[]>;
  /** What is wrong now. */
  activeAlarms: () => readonly ActiveAlarm[];
  /** How busy the threads are. */
  threadLoads: () => readonly ThreadLoad[];
}

export interface Services {
  access: AccessService;
  namedAdministrators: NamedAdministrators;
  /** Answers to requests with an Idempotency-Key. */
  answers: IdempotencyStore;
  backup: BackupService;
  /** What is done to very many at once. */
  bulk: BulkJobs;
  audit: AuditService;
  /** What DNS, mail hosts and addresses of customers look like, and grants by DNS. */
  checks: Checks;
  customers: Customers;
  /** Settings of customers' own servers. */
  guides: Guides;
  /** How the relay is, for people. */
  health: HealthService;
  /** What moves, for those who look on. */
  live: Live;
  /** Exports of searches, links to messages, searches that people keep. */
  messages: Messages;
  /** Mails to people. */
  notices: Notices;
  pools: Pools;
  privacy: PrivacyService;
  /** Mail that is held for what it holds. */
  quarantine: Quarantine;
  /** Senders of customers that leave their habits. */
  identities: Identities;
  /** How mail is protected: settings, rules, lists of senders. */
  protection: Protection;
  /** What the mail path counted in the last hour. */
  recentCounts: RecentCounts;
  /** What strangers did, and what became of them. */
  floods: Floods;
  /** Tells people of rules that were met. */
  ruleNotices: RuleNotices;
  scanners: ScannersService;
  /** How customers leave. */
  termination: Termination;
  webhooks: Webhooks;
  mailHostEvents: MailHostEvents;
  /** Ends timers, and waits for work that runs. */
  close(): Promise<void>;
}

/** Makes and starts all services. */
export function openServices(parts: ServiceParts): Services {
  const notices = openNotices(parts);
  const access = openAccess(parts, { notices });
  const answers = createIdempotencyStore({
    db: parts.database.db,
    clock: parts.clock,
    box: parts.secretBox('answers'),
  });
  const audit = openAudit(parts);
  const pools = openPools(parts);
  const checks = openChecks(parts, { notices });
  const customers = openCustomers({ ...parts, light: () => checks });
  customers.onErase(async (step, customer) => void step.audit.push(...(await access.removeOf(step.trx, customer))));
  const namedAdministrators = openNamedAdministrators({ customers, users: access.users, log: parts.log });
  const guides = openGuides({ ...parts, customers });
  const webhooks = openWebhooks({
    ...parts,
    box: parts.secretBox('webhooks'),
    watch: parts.watchTrace,
    tell: (...notice) => notices.tell(...notice),
  });
  customers.onErase((step, customer) => webhooks.erase(step, customer));
  const mailHostEvents = createMailHostEvents(parts);
  const stageNotices = startStageNotices({ ...parts, customers, notices });
  const termination = openTermination({ ...parts, customers, notices, box: parts.secretBox('certificates') });
  const protecting = openProtecting(parts, customers, notices);
  const messages = openMessages(parts);
  customers.onErase((step, customer) => messages.erase(step, customer));
  const privacy = openPrivacy({ ...parts, audit, notices, messages, identities: protecting.identities });
  const backup = openBackup(parts);
  const live = openLive(parts);
  const health = openHealth({ ...parts, scanners: protecting.scanners, backup, privacy });
  const services = {
    access,
    namedAdministrators,
    answers,
    backup,
    audit,
    checks,
    customers,
    guides,
    health,
    live,
    messages,
    notices,
    pools,
    privacy,
    ...protecting,
    stageNotices,
    termination,
    webhooks,
    mailHostEvents,
  };
  return { ...services, close: () => closeAll(Object.values(services)) };
}

type Protecting = Pick<
  Services,
  'bulk' | 'floods' | 'identities' | 'protection' | 'quarantine' | 'recentCounts' | 'ruleNotices' | 'scanners'
>;

function openProtecting(parts: ServiceParts, customers: Customers, notices: Notices): Protecting {
  const protection = openProtection({
    ...parts,
    assertCustomer: async (customer) => {
      const known = parts.directory.customer(customer) ?? (await customers.get(customer));
      if (known === undefined) throw problem('no-customer', { customer });
    },
  });
  customers.onErase((step, customer) => protection.erase(step, customer));
  const scanners = openScanners(parts);
  const ruleNotices = createRuleNotices({ ...parts, notices });
  const quarantine = openQuarantine({ ...parts, notices, scanners });
  const identities = openIdentities({ ...parts, notices });
  customers.onErase((step, customer) => identities.erase(step, customer));
  const recentCounts = openRecentCounts({
    snapshots: parts.threadMetrics,
    names: PROTECTION_COUNTS,
    clock: parts.clock,
  });
  const floods = openFloods({ ...parts, recentCounts });
  const bulk = openBulkJobs({ ...parts, quarantine });
  return { bulk, floods, identities, protection, quarantine, recentCounts, ruleNotices, scanners };
}

async function closeAll(services: readonly { close(): unknown }[]): Promise<void> {
  await Promise.all(services.map((service) => service.close()));
}
