// Addresses without a page, and pages that broke.

import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failing } from '../parts/states.tsx';

export function NotFound() {
  const { t } = useTranslation('shell');
  return (
    <Center component="main" mih="60vh" p="md">
      <Stack align="center" gap="sm">
        <Title order={1}>{t('lost.title')}</Title>
        <Text c="dimmed">{t('lost.hint')}</Text>
        <Button component={Link} to="/" variant="light">
          {t('lost.home')}
        </Button>
      </Stack>
    </Center>
  );
}

/** A part of the portal that could not be loaded (it was renewed meanwhile), or that failed. Browsers load it again with the page alone. */
export function PageFailed({ error }: { error: unknown }) {
  return (
    <Center mih="60vh" p="md">
      <Failing error={error} retry={() => window.location.reload()} />
    </Center>
  );
}
