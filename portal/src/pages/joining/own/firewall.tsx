// What the customer's firewall should let through, and whether it shuts everybody else out.

import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct, useCall } from '../../../api/queries.ts';
import { CopyBlock } from '../../../parts/copy.tsx';
import { OwnText } from '../../../parts/own-text.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Answered, Failing } from '../../../parts/states.tsx';
import { Chip, type Tone } from '../../../parts/status-chip.tsx';
import { useIsOperator } from '../../../search.ts';
import { useMay } from '../../../session.ts';

type Port = Answer<'checkFirewall'>['ports'][number];

const TONES: Readonly<Record<Port['state'], Tone>> = { open: 'bad', shut: 'good', unknown: 'idle' };

export function Firewall({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const query = useCall('getFirewall', { path: { customer } });
  // What is missing there is the operator's to mend.
  const isOperator = useIsOperator();
  return (
    <Answered query={query}>
      {({ inbound, outbound, submit, notes, words }) => (
        <Stack>
          <Panel title={t('firewall.in')} hint={t('firewall.inHint')}>
            <Addresses list={inbound} what={t('firewall.inList')} />
          </Panel>
          <Panel title={t('firewall.submit')} hint={t('firewall.submitHint')}>
            {submit.map(({ hostname, port, tls }) => (
              <Group key={`${hostname}:${port}`} gap="xs">
                <Code>{`${hostname}:${port}`}</Code>
                <Text size="sm" c="dimmed">
                  {t(
                    tls === 'none' ? 'firewall.plain' : tls === 'implicit' ? 'firewall.implicit' : 'firewall.starttls',
                  )}
                </Text>
              </Group>
            ))}
          </Panel>
          <Panel title={t('firewall.out')} hint={t('firewall.outHint')}>
            <Addresses list={outbound} what={t('firewall.outList')} />
          </Panel>
          {(isOperator ? notes : []).map((note, at) => (
            <Text key={note} size="sm" c="dimmed">
              <OwnText text={note} words={words} name={`notes.${at}`} />
            </Text>
          ))}
          <FirewallCheck customer={customer} />
        </Stack>
      )}
    </Answered>
  );
}

function Addresses({ list, what }: { list: Answer<'getFirewall'>['inbound']; what: string }) {
  const { t } = useTranslation('joining');
  if (list.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('firewall.none')}
      </Text>
    );
  }
  const lines = list.map(({ ip, hostname }) => `${ip}\t${hostname}`);
  return <CopyBlock text={[...new Set(lines)].join('\n')} what={what} />;
}

function FirewallCheck({ customer }: { customer: string }) {
  const { t } = useTranslation('joining');
  const check = useAct('checkFirewall');
  const mayCheck = useMay('domains:write');
  return (
    <Panel
      title={t('firewall.check')}
      hint={t('firewall.checkHint')}
      actions={
        mayCheck && (
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate({ path: { customer } })}>
            {t('firewall.checkDo')}
          </Button>
        )
      }
    >
      {check.error !== null && <Failing error={check.error} />}
      {check.data?.ports.length === 0 && <Text size="sm">{t('firewall.noPorts')}</Text>}
      {check.data?.ports.map((port) => (
        <Stack key={`${port.host} ${port.ip ?? ''} ${port.port}`} gap={2}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {port.ip === undefined ? port.host : `${port.host} (${port.ip})`}:{port.port}
            </Text>
            <Chip tone={TONES[port.state]}>{t(`firewall.state.${port.state}`)}</Chip>
          </Group>
          <Text size="sm" c="dimmed">
            {t(`firewall.means.${port.state}`)}{' '}
            {port.reason !== '' && (
              <>
                (<OwnText text={port.reason} words={port.words} name="reason" />)
              </>
            )}
          </Text>
        </Stack>
      ))}
    </Panel>
  );
}
