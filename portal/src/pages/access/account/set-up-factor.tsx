// Whose role needs a second factor sets it up before anything else.

import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDeviceMobile, IconFingerprint } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../../parts/page.tsx';
import { SESSION_KEY } from '../../../session.ts';
import { canHavePasskeys } from '../webauthn.ts';
import { PasskeyForm } from './add-passkey.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TotpSetUp } from './totp-set-up.tsx';

type Step = { at: 'choice' } | { at: 'totp' } | { at: 'passkey' } | { at: 'codes'; codes: readonly string[] };

export function SetUpFactor() {
  const { t } = useTranslation('access');
  const queries = useQueryClient();
  const { history } = useRouter();
  const [step, setStep] = useState<Step>({ at: 'choice' });
  const finish = () => void queries.invalidateQueries({ queryKey: SESSION_KEY }).then(() => history.replace('/'));
  const added = (codes: readonly string[] | undefined) =>
    codes === undefined ? finish() : setStep({ at: 'codes', codes });
  const back = () => setStep({ at: 'choice' });
  return (
    <PageFrame title={t('setUp.title')} lead={t('setUp.needed')}>
      {step.at === 'choice' && <Choice choose={(at) => setStep({ at })} />}
      {step.at === 'totp' && (
        <Step title={t('setUp.howTotp')} back={back}>
          <TotpSetUp done={added} />
        </Step>
      )}
      {step.at === 'passkey' && (
        <Step title={t('setUp.howPasskey')}>
          <PasskeyForm added={added} cancel={back} />
        </Step>
      )}
      {step.at === 'codes' && (
        <Step title={t('recovery.title')}>
          <RecoveryCodes codes={step.codes} close={finish} />
        </Step>
      )}
    </PageFrame>
  );
}

function Step({ title, back, children }: { title: string; back?: () => void; children: ReactNode }) {
  const { t } = useTranslation('access');
  return (
    <Paper withBorder p="md" maw={480}>
      <Stack gap="sm">
        <Title order={2}>{title}</Title>
        {children}
        {back !== undefined && (
          <Button variant="default" onClick={back}>
            {t('setUp.other')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

function Choice({ choose }: { choose: (way: 'totp' | 'passkey') => void }) {
  const { t } = useTranslation('access');
  const isPossible = canHavePasskeys();
  return (
    <Group gap="md" align="stretch">
      <Way
        icon={<IconFingerprint size={24} />}
        title={t('setUp.howPasskey')}
        hint={t(isPossible ? 'setUp.howPasskeyHint' : 'setUp.noPasskeys')}
        {...(isPossible && { choose: () => choose('passkey') })}
      />
      <Way
        icon={<IconDeviceMobile size={24} />}
        title={t('setUp.howTotp')}
        hint={t('setUp.howTotpHint')}
        choose={() => choose('totp')}
      />
    </Group>
  );
}

function Way({ icon, title, hint, choose }: { icon: ReactNode; title: string; hint: string; choose?: () => void }) {
  const { t } = useTranslation('access');
  return (
    <Paper component="section" withBorder p="md" w={300} maw="100%">
      <Stack gap="sm" h="100%">
        {icon}
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text size="sm" c="dimmed" style={{ flex: 1 }}>
          {hint}
        </Text>
        {choose !== undefined && (
          <Button onClick={choose} aria-label={`${t('setUp.choose')}: ${title}`}>
            {t('setUp.choose')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
