// What is around the pages of a link: whose it is, and the language.

import { Box, Container, Group, SegmentedControl, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, isLanguage, LANGUAGES } from '../../../words.ts';

interface PublicFrameProps {
  /** Beside the name of the service. */
  about?: string | undefined;
  /** Such as what is saved. */
  aside?: ReactNode;
  children: ReactNode;
}

export function PublicFrame({ about, aside, children }: PublicFrameProps) {
  const { t } = useTranslation('joining');
  return (
    <Box mih="100dvh">
      <Box component="header" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }} py="xs">
        <Container size="lg">
          <Group justify="space-between" gap="xs">
            <Group gap="sm">
              <Text fw={700}>{t('frame.name')}</Text>
              {about !== undefined && <Text c="dimmed">{about}</Text>}
            </Group>
            <Group gap="sm">
              {aside}
              <LanguageSwitch />
            </Group>
          </Group>
        </Container>
      </Box>
      <Container component="main" id="main" size="lg" py="lg">
        {children}
      </Container>
    </Box>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation('joining');
  return (
    <>
      <VisuallyHidden id="language-label">{t('frame.language')}</VisuallyHidden>
      <SegmentedControl
        size="xs"
        aria-labelledby="language-label"
        value={i18n.language}
        data={LANGUAGES.map((language) => ({ value: language, label: language.toUpperCase() }))}
        onChange={(language) => {
          if (isLanguage(language)) void changeLanguage(language, true);
        }}
      />
    </>
  );
}
