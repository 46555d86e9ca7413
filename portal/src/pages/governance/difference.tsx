// What a change made of something: each value before and after, what went in red, what came in green. The signs and
// words say the same for those who do not see colours.

import { Box, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Line {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

/** Values of an object by their path; what is no object is one value. */
export function valuesByPath(value: unknown, path = ''): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object')
    return new Map([[path, typeof value === 'string' && value !== '' ? value : JSON.stringify(value)]]);
  const entries = Object.entries(value);
  if (entries.length === 0) return new Map([[path, Array.isArray(value) ? '[]' : '{}']]);
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  return new Map(entries.flatMap(([name, one]) => [...valuesByPath(one, below(name))]));
}

/** Lines in the order of the values before, new ones last. */
export function differenceOf(before: unknown, after: unknown): Line[] {
  const [old, now] = [valuesByPath(before), valuesByPath(after)];
  const paths = new Set([...old.keys(), ...now.keys()]);
  return [...paths].map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

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
