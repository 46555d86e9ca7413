// Who is signed in: account, language, looks, help, the way out.

import { ActionIcon, Menu, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBook, IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../api/call.ts';
import { ApiProblem } from '../api/problem.ts';
import { FaultText } from '../parts/states.tsx';
import { SESSION_KEY, type Session } from '../session.ts';
import { changeLanguage, isLanguage, LANGUAGES } from '../words.ts';

function tell(error: unknown): void {
  notifications.show({ color: 'red', message: <FaultText error={error} /> });
}

export function PersonMenu({ session }: { session: Session }) {
  const { t } = useTranslation('shell');
  const leave = async () => {
    try {
      await call('signOut', {});
    } catch (error) {
      // Whose session has ended already is signed out.
      if (!(error instanceof ApiProblem) || error.status !== 401) return tell(error);
    }
    // A new page: nothing of whoever was here is left in memory.
    window.location.assign('/sign-in');
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('person.menu')}>
          <IconUserCircle size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" truncate>
            {session.user.name === '' ? session.user.email : session.user.name}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`roles.${session.user.role}`)}
          </Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUser size={16} />}>
          {t('person.account')}
        </Menu.Item>
        <Menu.Item component="a" href="/api/docs" target="_blank" rel="noreferrer" leftSection={<IconBook size={16} />}>
          {t('person.docs')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {t('person.leave')}
        </Menu.Item>
        <Menu.Divider />
        <Choices session={session} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices({ session }: { session: Session }) {
  const { t, i18n } = useTranslation('shell');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queries = useQueryClient();
  const keep = async (language: string) => {
    if (!isLanguage(language)) return;
    await changeLanguage(language, true);
    try {
      await call('changeProfile', { body: { language } });
    } catch (error) {
      return tell(error);
    }
    queries.setQueryData(SESSION_KEY, { ...session, user: { ...session.user, language } });
  };
  return (
    <>
      <div role="group" aria-label={t('person.language')}>
        <Menu.Label aria-hidden>{t('person.language')}</Menu.Label>
        <Menu.RadioGroup value={i18n.language} onChange={(language) => void keep(language)}>
          {LANGUAGES.map((value) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
              {t(`languages.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </div>
      <div role="group" aria-label={t('person.looks')}>
        <Menu.Label aria-hidden>{t('person.looks')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => setColorScheme(SCHEMES.find((one) => one === value) ?? 'auto')}
        >
          {SCHEMES.map((value) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false}>
              {t(`schemes.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </div>
    </>
  );
}

/** The languages, each in its own words. */
export function LanguageChoice({ onChange }: { onChange: (language: string) => void }) {
  const { t, i18n } = useTranslation('shell');
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t('person.language')}
      value={i18n.language}
      data={LANGUAGES.map((value) => ({ value, label: t(`languages.${value}`) }))}
      onChange={onChange}
    />
  );
}

const SCHEMES = ['light', 'dark', 'auto'] as const;

export function SchemeChoice() {
  const { t } = useTranslation('shell');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t('person.looks')}
      value={colorScheme}
      data={SCHEMES.map((value) => ({ value, label: t(`schemes.${value}`) }))}
      onChange={(value) => setColorScheme(value)}
    />
  );
}
