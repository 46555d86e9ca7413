// Mail with a virus: one person of the operator asks for its release, another one releases it.

import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconBiohazard } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/call.ts';
import { ConfirmAct } from '../../../parts/confirm-act.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { useIsOperator } from '../../../search.ts';
import { useMay, useSession } from '../../../session.ts';
import type { Held } from './held-query.ts';
import { useChanged } from './use-changed.ts';

interface VirusProps {
  message: Held;
  done: (sentence: string) => void;
}

export function VirusRelease({ message, done }: VirusProps) {
  const { t } = useTranslation('holding');
  const isOperator = useIsOperator();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconBiohazard size={18} />}
      title={t('held.virusTitle')}
      styles={{ label: { color: 'light-dark(#8f1d1d, #ffb4b4)' } }}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{t(isOperator ? 'held.virusHint' : 'held.virusCustomer')}</Text>
        {isOperator && <TwoPeople message={message} done={done} />}
      </Stack>
    </Alert>
  );
}

function TwoPeople({ message, done }: VirusProps) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const { user } = useSession();
  const may = useMay('quarantine:virus');
  const [isOpen, setOpen] = useState(false);
  const asked = message.virus_asked;
  const isOwn = asked?.who === user.email;
  return (
    <>
      {asked !== null && (
        <Text size="sm">
          {t('held.virusAsked', {
            who: asked.who,
            time: formats.relative(asked.at),
            reason: asked.reason,
            until: formats.dateTime(asked.until),
          })}
        </Text>
      )}
      {isOwn && <Text size="sm">{t('held.virusOwn')}</Text>}
      {may && !isOwn && (
        <Button size="compact-sm" color="red.9" onClick={() => setOpen(true)}>
          {t(asked === null ? 'held.virusAsk' : 'held.virusSecond')}
        </Button>
      )}
      {isOpen && <VirusDialog message={message} done={done} close={() => setOpen(false)} />}
    </>
  );
}

function VirusDialog({ message, done, close }: VirusProps & { close: () => void }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  const changed = useChanged();
  const isSecond = message.virus_asked !== null;
  const act = async (reason: string) => {
    const answer = await call('releaseVirus', { path: { id: message.id }, body: { reason } });
    done(
      answer.state === 'released'
        ? t('held.released', { count: answer.released })
        : t('held.virusWaits', { until: formats.dateTime(answer.until ?? Date.now()) }),
    );
    await changed();
  };
  return (
    <ConfirmAct
      title={t(isSecond ? 'held.virusSecondTitle' : 'held.virusAskTitle')}
      verb={t(isSecond ? 'verbs.release.go' : 'held.virusAskGo')}
      danger
      {...(isSecond && { typed: t('held.virusWord') })}
      reason="needed"
      act={act}
      close={close}
    >
      <Text size="sm">{t(isSecond ? 'held.virusSecondHint' : 'held.virusHint')}</Text>
    </ConfirmAct>
  );
}
