// The page of an alarm: what it means, how to check, how to mend it.

import { Anchor, Code, List, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../api/queries.ts';
import { SidePanel } from '../../../parts/side-panel.tsx';
import { Answered } from '../../../parts/states.tsx';
import { useSearchState } from '../../../search.ts';
import { type Block, type Run, readMarkdown } from './markdown.ts';

export function RunbookPanel({ name, close }: { name: string; close: () => void }) {
  const { t, i18n } = useTranslation('service');
  const runbook = useCall('getRunbook', { path: { name } });
  return (
    <SidePanel title={t('runbook.title', { name })} close={close}>
      <Answered query={runbook}>
        {({ text }) => (
          <Stack gap="sm">
            {i18n.language !== 'en' && (
              <Text size="sm" c="dimmed">
                {t('runbook.inEnglish')}
              </Text>
            )}
            <Stack gap="sm" lang="en">
              {readMarkdown(text).map((block, i) => (
                <BlockOf key={i} block={block} />
              ))}
            </Stack>
          </Stack>
        )}
      </Answered>
    </SidePanel>
  );
}

function BlockOf({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <Title order={3} size="h3" mt="xs">
          {block.text}
        </Title>
      );
    case 'list':
      return (
        <List type={block.ordered ? 'ordered' : 'unordered'} size="sm" spacing={6} withPadding>
          {block.items.map((runs, i) => (
            <List.Item key={i}>
              <Runs runs={runs} />
            </List.Item>
          ))}
        </List>
      );
    case 'code':
      return (
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {block.text}
        </Code>
      );
    case 'text':
      return (
        <Text size="sm" component="p" m={0}>
          <Runs runs={block.runs} />
        </Text>
      );
    default:
      return block satisfies never;
  }
}

function Runs({ runs }: { runs: readonly Run[] }) {
  const [, change] = useSearchState();
  return runs.map((run, i) => {
    const { runbook } = run;
    if (run.kind === 'code') return <Code key={i}>{run.text}</Code>;
    if (run.kind === 'strong') return <strong key={i}>{run.text}</strong>;
    if (runbook === undefined) return <span key={i}>{run.text}</span>;
    return (
      <Anchor key={i} component="button" type="button" inherit onClick={() => change({ runbook }, 'push')}>
        {run.text}
      </Anchor>
    );
  });
}
