// The bar above the sandbox: nobody is signed in, so language and looks are chosen here.

import { Box, Container, Group, SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import mark from '../../mark.svg';
import { changeLanguage, isLanguage, LANGUAGES, languageNow } from '../../words.ts';

export function SandboxBar() {
  const { t } = useTranslation(['sandbox', 'shell']);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Box component="header" py={8} style={{ borderBlockEnd: '1px solid var(--mantine-color-default-border)' }}>
      <Container size={1440}>
        <Group justify="space-between" gap="xs">
          <Group gap="xs" wrap="nowrap">
            <img src={mark} alt="" width={26} height={26} />
            <Text fw={600}>{t('shell:name')}</Text>
          </Group>
          <Group gap="xs">
            <SegmentedControl
              size="xs"
              aria-label={t('language')}
              value={languageNow()}
              data={LANGUAGES.map((language) => ({ value: language, label: t(`shell:languages.${language}`) }))}
              onChange={(language) => {
                if (isLanguage(language)) void changeLanguage(language, true);
              }}
            />
            <SegmentedControl
              size="xs"
              aria-label={t('scheme')}
              value={colorScheme}
              data={(['light', 'dark', 'auto'] as const).map((scheme) => ({
                value: scheme,
                label: t(`shell:schemes.${scheme}`),
              }))}
              onChange={(scheme) => setColorScheme(scheme)}
            />
          </Group>
        </Group>
      </Container>
    </Box>
  );
}
