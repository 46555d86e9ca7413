// Scanners, backups, certificates, and what is kept: whether each is as it should be.

import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { OwnText } from '../../../parts/own-text.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { ScopedLink } from '../../../parts/scoped-link.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useRelayWords } from '../../../parts/use-relay-words.ts';
import { When } from '../../../parts/when.tsx';
import { QuietNote } from '../quiet-note.tsx';
import type { Health } from './health-page.tsx';

interface PartProps {
  health: Health;
}

/** One thing with its state, and a line about it. */
function Line({ name, tone, state, children }: { name: string; tone: Tone; state: string; children?: ReactNode }) {
  return (
    <Stack component="li" gap={2}>
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Chip tone={tone}>{state}</Chip>
      </Group>
      {children !== undefined && (
        <Text size="xs" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
          {children}
        </Text>
      )}
    </Stack>
  );
}

function Lines({ children }: { children: ReactNode }) {
  return (
    <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {children}
    </Stack>
  );
}

const SCANNER_TONES = { up: 'good', down: 'bad', unknown: 'idle' } as const satisfies Record<string, Tone>;

export function ScannerPanel({ health: { scanners } }: PartProps) {
  const { t } = useTranslation('service');
  return (
    <Panel title={t('scanners.title')} actions={<ScopedLink to="/scanners">{t('scanners.all')}</ScopedLink>}>
      {scanners.length === 0 ? (
        <QuietNote hint={t('scanners.noneHint')}>{t('scanners.none')}</QuietNote>
      ) : (
        <Lines>
          {scanners.map(({ scanner, address, state, fault, since, incomplete, words }) => (
            <Line
              key={`${scanner} ${address}`}
              name={`${scanner} ${address}`}
              tone={incomplete === true && state === 'up' ? 'warn' : SCANNER_TONES[state]}
              state={t(
                incomplete === true && state === 'up' ? 'scanners.states.incomplete' : `scanners.states.${state}`,
              )}
            >
              {fault !== null ? (
                <OwnText text={fault} words={words} name="fault" />
              ) : since === null ? undefined : (
                <When at={since} as="relative" />
              )}
            </Line>
          ))}
        </Lines>
      )}
    </Panel>
  );
}

export function BackupPanel({ health: { backup } }: PartProps) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  const say = useRelayWords('faults');
  const all = <ScopedLink to="/backups">{t('backup.all')}</ScopedLink>;
  if (backup.off !== null) {
    const off = say('problem', { text: backup.off, code: backup.off_code, values: backup.off_values });
    return (
      <Panel title={t('backup.title')} actions={all}>
        <QuietNote hint={<span lang={off.lang}>{off.text}</span>}>{t('backup.off')}</QuietNote>
      </Panel>
    );
  }
  const last = backup.last;
  const facts = [
    { name: t('backup.last'), value: last === null ? t('backup.never') : <When at={last.made_at} as="relative" /> },
    { name: t('backup.size'), value: last === null ? undefined : formats.size(last.size) },
    { name: t('backup.every'), value: backup.interval_ms > 0 ? formats.span(backup.interval_ms) : t('backup.byHand') },
    {
      name: t('backup.fault'),
      value: backup.fault && <OwnText text={backup.fault} words={backup.words} name="fault" />,
    },
  ];
  return (
    <Panel title={t('backup.title')} actions={all}>
      <Group>
        <Chip tone={backup.state === 'failed' ? 'bad' : last === null ? 'warn' : 'good'}>
          {t(`backup.states.${backup.state}`)}
        </Chip>
      </Group>
      <Facts facts={facts} />
    </Panel>
  );
}

const CERTIFICATE_TONES = {
  good: 'good',
  ends_soon: 'warn',
  ended: 'bad',
  unreadable: 'bad',
} as const satisfies Record<string, Tone>;

export function CertificatePanel({ health: { certificates } }: PartProps) {
  const { t } = useTranslation('service');
  const formats = useFormats();
  return (
    <Panel title={t('certificates.title')}>
      {certificates.length === 0 ? (
        <QuietNote hint={t('certificates.noneHint')}>{t('certificates.none')}</QuietNote>
      ) : (
        <Lines>
          {certificates.map(({ file, used_by, names, ends_at, state }) => (
            <Line key={file} name={file} tone={CERTIFICATE_TONES[state]} state={t(`certificates.states.${state}`)}>
              {ends_at !== null && (
                <>
                  {t('certificates.ends')} <When at={ends_at} as="date" />
                  {'. '}
                </>
              )}
              {names.length > 0 && `${formats.list(names)}. `}
              {t('certificates.usedBy', { users: formats.list(used_by) })}
            </Line>
          ))}
        </Lines>
      )}
    </Panel>
  );
}

/** The reconciler, and what the retention did. */
export function KeepingPanel({ health: { reconciler, retention } }: PartProps) {
  const { t } = useTranslation('service');
  const tone = { even: 'good', fault: 'bad', unknown: 'idle' } as const;
  const told = (['faults', 'unknown'] as const).flatMap((list) =>
    reconciler[list].map((text, at) => ({ text, name: `${list}.${at}` })),
  );
  return (
    <Panel title={t('keeping.title')} actions={<ScopedLink to="/privacy">{t('keeping.all')}</ScopedLink>}>
      <Lines>
        <Line
          name={t('health.tiles.reconciler')}
          tone={tone[reconciler.state]}
          state={t(`health.reconciler.${reconciler.state}`)}
        >
          {told.length === 0
            ? t('keeping.even')
            : told.map(({ text, name }) => (
                <div key={name}>
                  <OwnText text={text} words={reconciler.words} name={name} />
                </div>
              ))}
        </Line>
        <RunLine name={t('keeping.drop')} run={retention.last_drop} />
        <RunLine name={t('keeping.look')} run={retention.last_look} />
      </Lines>
    </Panel>
  );
}

function RunLine({ name, run }: { name: string; run: Health['retention']['last_drop'] }) {
  const { t } = useTranslation('service');
  if (run === null) return <Line name={name} tone="idle" state={t('keeping.notYet')} />;
  const state = run.faults === 0 ? t('keeping.good') : t('keeping.faults', { count: run.faults });
  return (
    <Line name={name} tone={run.faults === 0 ? 'good' : 'bad'} state={state}>
      <When at={run.at} as="relative" />
    </Line>
  );
}
