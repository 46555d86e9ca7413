import { Button, Group, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../../../api/queries.ts';
import { Facts } from '../../../parts/facts.tsx';
import { faultOf } from '../../../parts/field-faults.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Failing } from '../../../parts/states.tsx';
import { SESSION_KEY, useSession } from '../../../session.ts';
import { changeLanguage, type Language } from '../../../words.ts';
import { LanguageSelect } from '../language-select.tsx';

/** Name and language. */
export function Profile() {
  const { t } = useTranslation(['access', 'shell']);
  const { user } = useSession();
  return (
    <Stack gap="md" maw={560}>
      <Panel title={t('account.profile')}>
        <Facts
          facts={[
            { name: t('account.email'), value: user.email },
            { name: t('account.role'), value: t(`roles.${user.role}`, { ns: 'shell' }) },
            { name: t('account.customer'), value: user.customer },
          ]}
        />
        <ProfileForm />
      </Panel>
    </Stack>
  );
}

function ProfileForm() {
  const { t } = useTranslation('access');
  const session = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState(session.user.name);
  const [language, setLanguage] = useState<Language>(session.user.language);
  const change = useAct('changeProfile');
  const isSame = name.trim() === session.user.name && language === session.user.language;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSame) return;
    change.mutate(
      { body: { name: name.trim(), language } },
      {
        onSuccess: (user) => {
          queries.setQueryData(SESSION_KEY, { ...session, user });
          void changeLanguage(user.language, true);
          notifications.show({ message: t('account.saved'), color: 'green' });
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('fields.name')}
          autoComplete="name"
          maxLength={100}
          value={name}
          error={faultOf(change.error, 'name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <LanguageSelect label={t('fields.language')} value={language} set={setLanguage} />
        <Failing error={change.error} />
        <Group justify="flex-end">
          <Button type="submit" disabled={isSame} loading={change.isPending}>
            {t('account.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
