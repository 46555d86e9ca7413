// One domain: how it is used, how it is, and its records.

import { ActionIcon, Box, Collapse, Group, Menu, Paper, Text, UnstyledButton } from '@mantine/core';
import { IconChevronRight, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '../../../api/queries.ts';
import { type Check, CheckChip, worstState } from '../../../parts/check-state.tsx';
import type { DnsRecord } from '../../../parts/dns-card.tsx';
import { Chip } from '../../../parts/status-chip.tsx';
import { useSearchState } from '../../../search.ts';
import { useMay } from '../../../session.ts';
import { DomainRecords } from '../records-list.tsx';
import { DomainForm } from './domain-form.tsx';
import { RemoveDomain } from './remove-domain.tsx';

export type Domain = Entry<'listDomains'>;

interface DomainPanelProps {
  customer: string;
  domain: Domain;
  records: readonly DnsRecord[];
  checks: readonly Check[];
  /** It is open without being asked for. */
  isAlone: boolean;
}

export function DomainPanel({ customer, domain, records, checks, isAlone }: DomainPanelProps) {
  const { t } = useTranslation('joining');
  const [search, change] = useSearchState();
  const mayChange = useMay('domains:write');
  const id = useId();
  const isOpen = search['domain'] === undefined ? isAlone : search['domain'] === domain.name;
  const kinds = ['ownership', 'spf', 'mx', 'dkim', 'dmarc'];
  const own = checks.filter(({ kind, object }) => object === domain.name && kinds.includes(kind));
  const worst = worstState(own.map(({ state }) => state));
  const ways = [domain.inbound && t('domains.in'), domain.outbound && t('domains.out')].filter(Boolean).join(' · ');
  return (
    <Paper withBorder component="section" aria-label={domain.name}>
      <Group wrap="nowrap" gap="xs" px="sm" py={6}>
        <UnstyledButton
          style={{ flex: 1, minWidth: 0 }}
          py={4}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => change({ domain: isOpen ? '-' : domain.name })}
        >
          <Group gap="sm" wrap="nowrap">
            <Box style={{ transform: isOpen ? 'rotate(90deg)' : undefined, flexShrink: 0 }} h={18}>
              <IconChevronRight size={18} aria-hidden />
            </Box>
            <Group gap="xs" miw={0}>
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {domain.name}
              </Text>
              <Text size="sm" c="dimmed">
                {ways}
              </Text>
              <Chip tone={domain.verified ? 'good' : 'bad'}>
                {domain.verified ? t('domains.verified') : t('domains.unverified')}
              </Chip>
              {worst !== undefined && worst !== 'ok' && <CheckChip state={worst} />}
            </Group>
          </Group>
        </UnstyledButton>
        {mayChange && <DomainMenu customer={customer} domain={domain} />}
      </Group>
      <Collapse expanded={isOpen} id={id}>
        <Box p="sm" pt={0}>
          <DomainRecords domain={domain.name} records={records} checks={checks} level={2} />
        </Box>
      </Collapse>
    </Paper>
  );
}

function DomainMenu({ customer, domain }: { customer: string; domain: Domain }) {
  const { t } = useTranslation('joining');
  const [doing, setDoing] = useState<'change' | 'remove'>();
  const close = () => setDoing(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" aria-label={t('ownDomains.menu', { name: domain.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setDoing('change')}>
            {t('ownDomains.change')}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setDoing('remove')}>
            {t('ownDomains.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {doing === 'change' && <DomainForm customer={customer} domain={domain} close={close} />}
      {doing === 'remove' && <RemoveDomain customer={customer} domain={domain} close={close} />}
    </>
  );
}
