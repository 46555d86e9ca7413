// The register of processing (Art. 30 (2) GDPR: the operator is the processor), made from the configuration and the table
// of what is kept, so that it says what the relay does.

import type { Config } from '../../platform/config/schema.ts';
import type { DataKind } from './data-kind.ts';
import { DATA_KINDS } from './retention.ts';

/** A kind of data as people read it. */
export interface ShownKind {
  kind: string;
  holds: string;
  data_subjects: string[];
  categories: string[];
  store: string;
  where: string;
  purposes: string[];
  /** Days; null: no fixed time. */
  kept_days: number | null;
  counted_from: string;
  dropped: string;
  erasure_by_address: string;
}

export interface Register {
  made_at: string;
  processor: { name: string; address: string | null; data_protection_officer: { name: string; email: string } | null };
  role: string;
  controllers: string;
  processing: string[];
  purposes: string[];
  data_categories: string[];
  data_subjects: string[];
  place: string;
  transfers: string;
  sub_processors: string[];
  security: string[];
  data: ShownKind[];
  /** What the operator should still say. */
  missing: string[];
}

const DAY_MS = 86_400_000;

const ROLE = 'processor, on behalf of the customers of the relay';
const CONTROLLERS = 'each customer of the relay, for the mail of its own domains and people';
const PROCESSING = ['storage', 'consultation', 'erasure or destruction'];
const TRANSFERS =
  'mail goes to the servers of its recipients, wherever they are; nothing else leaves the place of processing';
const MISSING = {
  name: 'operator.name: the name of the operator',
  address: 'operator.address: its postal address',
  officer: 'privacy.data_protection_officer: name and address of the data protection officer',
} as const;

/** The register as of now. */
export function makeRegister(config: Config, now: number): Register {
  const { operator, privacy } = config;
  const officer = privacy.data_protection_officer ?? null;
  return {
    made_at: new Date(now).toISOString(),
    processor: {
      name: operator.name ?? config.node.hostname,
      address: operator.address ?? null,
      data_protection_officer: officer,
    },
    role: ROLE,
    controllers: CONTROLLERS,
    processing: [...PROCESSING],
    purposes: distinct(DATA_KINDS.flatMap(({ purposes }) => [...purposes])),
    data_categories: distinct(DATA_KINDS.flatMap(({ categories }) => [...categories])),
    data_subjects: distinct(DATA_KINDS.flatMap(({ of }) => [...of])),
    place: privacy.place,
    transfers: TRANSFERS,
    sub_processors: [...privacy.sub_processors],
    security: security(config.backup.folder !== undefined),
    data: DATA_KINDS.map((kind) => shownKind(kind, config)),
    missing: missing(config),
  };
}

/** A kind of data as the API shows it. */
export function shownKind(kind: DataKind, config: Config): ShownKind {
  const keptMs = kind.keptMs(config);
  return {
    kind: kind.kind,
    holds: kind.holds,
    data_subjects: [...kind.of],
    categories: [...kind.categories],
    store: kind.store,
    where: kind.where,
    purposes: [...kind.purposes],
    kept_days: keptMs === null ? null : Math.round((keptMs / DAY_MS) * 100) / 100,
    counted_from: kind.until,
    dropped: howDropped(kind),
    erasure_by_address: kind.erasure,
  };
}

function howDropped({ drop }: DataKind): string {
  switch (drop.by) {
    case 'days':
      return 'whole days, each a file that is removed';
    case 'rows':
    case 'ledger':
      return 'rows, by their date';
    case 'audit':
      return 'entries from the beginning on; what is left still proves itself';
    case 'exports':
      return 'files, by their date';
    case 'itself':
      return drop.how;
    default:
      return drop satisfies never;
  }
}

function security(makesBackups: boolean): string[] {
  return [
    'access by role with least privilege; content of messages only with a reason, logged, and seen by the customer',
    'passwords hashed (argon2id), second factors, sessions and keys that end',
    'secrets encrypted under a master key (AES-256-GCM)',
    'every change in an audit that is chained by hashes and can be verified',
    'TLS towards customers and receivers as each offers or demands it',
    makesBackups
      ? 'backups encrypted (AES-256-GCM), verified after writing, removed at their time'
      : 'no backups are made by the relay itself',
    'retention enforced daily, and checked by a second job that shares no code with the first',
  ];
}

function missing({ operator, privacy }: Config): string[] {
  const faults: string[] = [];
  if (operator.name === undefined) faults.push(MISSING.name);
  if (operator.address === undefined) faults.push(MISSING.address);
  if (privacy.data_protection_officer === undefined) faults.push(MISSING.officer);
  return faults;
}

/** What is more than names of files and tables. */
const IN_WORDS = /\p{L}{2,} \p{L}{2,}/u;

/** Every sentence of the register that is the relay's own, for saying it in other languages. */
export function registerSentences(): string[] {
  const ofKinds = DATA_KINDS.flatMap((kind) => {
    const places = IN_WORDS.test(kind.where) ? [kind.where] : [];
    const said = [kind.holds, kind.until, howDropped(kind), kind.erasure, ...places];
    return [...said, ...kind.of, ...kind.categories, ...kind.purposes];
  });
  const about = [ROLE, CONTROLLERS, ...PROCESSING, TRANSFERS, ...Object.values(MISSING)];
  return distinct([...about, ...security(true), ...security(false), ...ofKinds]);
}

function distinct(all: string[]): string[] {
  return [...new Set(all)];
}

/** The register as a page of text (CommonMark). */
export function registerText(register: Register): string {
  const { processor } = register;
  const officer = processor.data_protection_officer;
  const list = (all: readonly string[]) => all.map((one) => `- ${one}`).join('\n');
  const head = [
    '# Register of processing activities (Art. 30 GDPR)',
    `As of ${register.made_at}.`,
    `**Processor:** ${processor.name}${processor.address === null ? '' : `, ${processor.address}`}`,
    `**Data protection officer:** ${officer === null ? 'not named' : `${officer.name}, ${officer.email}`}`,
    `**Role:** ${register.role}. **Controllers:** ${register.controllers}.`,
    `**Place:** ${register.place}. **Transfers:** ${register.transfers}.`,
    `## Processing\n${list(register.processing)}`,
    `## Purposes\n${list(register.purposes)}`,
    `## Categories of data\n${list(register.data_categories)}`,
    `## Data subjects\n${list(register.data_subjects)}`,
    `## Sub-processors\n${list(register.sub_processors)}`,
    `## Security\n${list(register.security)}`,
    '## What is kept\n',
  ];
  const rows = register.data.map(
    (kind) =>
      `| ${kind.kind} | ${kind.holds} | ${kind.data_subjects.join(', ')} | ${kind.purposes.join(', ')} | ${kind.where} | ${keptText(kind)} | ${kind.dropped} | ${kind.erasure_by_address} |`,
  );
  const table = [
    '| kind | holds | data subjects | purposes | where | kept | dropped | erasure by address |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  const open = register.missing.length === 0 ? '' : `\n\n## Not said yet\n${list(register.missing)}`;
  return `${head.join('\n\n')}${table}${open}\n`;
}

function keptText({ kept_days: days, counted_from: from }: ShownKind): string {
  return days === null ? from : `${days} days ${from}`;
}
