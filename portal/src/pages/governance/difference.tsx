// What a change made of something: each value before and after, what went in red, what came in green. The signs and
// words say the same for those who do not see colours.

import { Box, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { differenceOf, type Line } from './values-by-path.ts';

export function Difference({ before, after }: { before: unknown; after: unknown }) {
  const { t } = useTranslation('governance');
  const lines = differenceOf(before, after);
  if (lines.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('difference.none')}
      </Text>
    );
  }
  const same = lines.filter((line) => line.before === line.after);
  return (
    <Stack gap="xs">
      <Box component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('difference.label')}>
        {lines
          .filter((line) => line.before !== line.after)
          .map((line) => (
            <DifferenceLine key={line.path} line={line} />
          ))}
      </Box>
      {same.length > 0 && (
        <details>
          <summary>{t('difference.same', { count: same.length })}</summary>
          <Box component="ul" m={0} mt={4} p={0} style={{ listStyle: 'none' }}>
            {same.map(({ path, after: value }) => (
              <Text key={path} component="li" size="sm" ff="monospace" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                {path === '' ? value : `${path}: ${value}`}
              </Text>
            ))}
          </Box>
        </details>
      )}
    </Stack>
  );
}

function DifferenceLine({ line: { path, before, after } }: { line: Line }) {
  return (
    <Box component="li" mb={6}>
      {path !== '' && (
        <Text size="xs" c="dimmed" ff="monospace">
          {path}
        </Text>
      )}
      {before !== undefined && <Side kind="removed" text={before} />}
      {after !== undefined && <Side kind="added" text={after} />}
    </Box>
  );
}

const SIDES = {
  removed: { sign: '−', style: { background: 'light-dark(#fde3e3, #4d1717)', color: 'light-dark(#7f1d1d, #ffc2c2)' } },
  added: { sign: '+', style: { background: 'light-dark(#dff3e4, #173d24)', color: 'light-dark(#14532d, #b7ebc6)' } },
} as const;

function Side({ kind, text }: { kind: keyof typeof SIDES; text: string }) {
  const { t } = useTranslation('governance');
  const { sign, style } = SIDES[kind];
  return (
    <Text
      component={kind === 'removed' ? 'del' : 'ins'}
      display="block"
      td="none"
      size="sm"
      ff="monospace"
      px={6}
      style={{ ...style, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
      title={t(`difference.${kind}`)}
    >
      {`${sign} ${text}`}
    </Text>
  );
}
