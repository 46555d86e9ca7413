// One suppressed address: what it follows from, and lifting it, with the mail that is let go then.

import { Button, List, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct, useCall } from '../../api/queries.ts';
import { ConfirmAct } from '../../parts/confirm-act.tsx';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { ScopedLink } from '../../parts/scoped-link.tsx';
import { SidePanel } from '../../parts/side-panel.tsx';
import { Answered } from '../../parts/states.tsx';
import { useSearchState } from '../../search.ts';
import { useMay } from '../../session.ts';
import { ReasonChip } from './suppression-reason.tsx';

/** `name`: customer and address, as the address of the page has them. */
export function OpenSuppression({ name }: { name: string }) {
  const { t } = useTranslation('governance');
  const [, change] = useSearchState();
  const formats = useFormats();
  const mayChange = useMay('suppressions:write');
  const [lifting, setLifting] = useState(false);
  const [customer = '', address = ''] = name.split(' ');
  const query = useCall('getSuppression', { path: { customer, address } });
  const close = () => change({ open: undefined });
  return (
    <SidePanel title={address} close={close}>
      <Answered query={query}>
        {({ reason, evidence, at, by }) => (
          <Stack gap="md" align="flex-start">
            <Facts
              facts={[
                { name: t('suppressions.address'), value: address },
                { name: t('customer'), value: customer },
                { name: t('reason'), value: <ReasonChip reason={reason} /> },
                { name: t('suppressions.evidence'), value: evidence },
                { name: t('suppressions.since'), value: formats.exact(at) },
                { name: t('suppressions.by'), value: by },
              ]}
            />
            <ScopedLink to="/messages" search={{ q: `to:${address}`, customer }}>
              {t('suppressions.messages')}
            </ScopedLink>
            {mayChange && (
              <Button variant="default" onClick={() => setLifting(true)}>
                {t('suppressions.lift')}
              </Button>
            )}
          </Stack>
        )}
      </Answered>
      {lifting && <Lift customer={customer} address={address} close={() => setLifting(false)} done={close} />}
    </SidePanel>
  );
}

interface LiftProps {
  customer: string;
  address: string;
  close: () => void;
  done: () => void;
}

const SHOWN_HELD = 20;

function Lift({ customer, address, close, done }: LiftProps) {
  const { t } = useTranslation('governance');
  const remove = useAct('removeSuppression', { changes: ['listSuppressions', 'listQueue'] });
  const held = useCall('listQueue', { query: { customer, to: address, hold: 'suppressed', limit: SHOWN_HELD } });
  return (
    <ConfirmAct
      title={t('suppressions.liftTitle', { address })}
      verb={t('suppressions.lift')}
      waiting={held.isPending}
      act={async () => {
        await remove.mutateAsync({ path: { customer, address } });
        done();
      }}
      close={close}
    >
      <Text size="sm">{t('suppressions.liftText')}</Text>
      <Answered query={held} lines={2}>
        {({ entries, next }) =>
          entries.length === 0 ? (
            <Text size="sm">{t('suppressions.noneHeld')}</Text>
          ) : (
            <div>
              <Text size="sm" fw={600}>
                {next === undefined
                  ? t('suppressions.held', { count: entries.length })
                  : t('suppressions.heldMore', { count: entries.length })}
              </Text>
              <List size="sm">
                {entries.map((entry) => (
                  <List.Item key={entry.key}>
                    {entry.from === '' ? '<>' : entry.from} <Held at={entry.accepted_at} />
                  </List.Item>
                ))}
              </List>
            </div>
          )
        }
      </Answered>
    </ConfirmAct>
  );
}

function Held({ at }: { at: string }) {
  const formats = useFormats();
  return (
    <Text span size="xs" c="dimmed">
      {formats.dateTime(at)}
    </Text>
  );
}
