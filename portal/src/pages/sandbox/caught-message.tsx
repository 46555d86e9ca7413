// One caught message as its receiver got it: HTML, text, header, source, and its way through the relay.

import { Anchor, Code, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type Answer, addressOf } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { Facts } from '../../parts/facts.tsx';
import { useFormats } from '../../parts/formats.ts';
import { MailFrame } from '../../parts/mail-frame.tsx';
import { Answered, Empty } from '../../parts/states.tsx';
import { UrlTabs } from '../../parts/url-tabs.tsx';
import { CaughtHeaders } from './caught-headers.tsx';
import { CaughtJourney } from './caught-journey.tsx';

type Shown = Answer<'showCaught'>;
type Preview = Answer<'previewCaught'>;

/** Its last steps may not be in the trace yet. */
const LOOK_MS = 2000;

export function CaughtMessage({ name }: { name: string }) {
  const shown = useCall('showCaught', { path: { name } }, { everyMs: LOOK_MS });
  const preview = useCall('previewCaught', { path: { name } });
  const { t } = useTranslation('sandbox');
  return (
    <Paper component="section" withBorder p="md" aria-label={t('message.label')}>
      <Answered query={shown} lines={10}>
        {(message) => (
          <Stack gap="sm">
            <Top shown={message} preview={preview.data} />
            <Views shown={message} preview={preview} />
          </Stack>
        )}
      </Answered>
    </Paper>
  );
}

function Top({ shown: { message }, preview }: { shown: Shown; preview: Preview | undefined }) {
  const { t } = useTranslation('sandbox');
  const formats = useFormats();
  const from = message.from === '' ? '<>' : message.from;
  return (
    <>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Title order={2} style={{ overflowWrap: 'anywhere' }}>
          {message.subject === '' ? t('caught.noSubject') : message.subject}
        </Title>
        <Anchor
          href={addressOf('getCaughtSource', { path: { name: message.name } })}
          download
          size="sm"
          style={{ whiteSpace: 'nowrap' }}
        >
          <Group gap={4} wrap="nowrap">
            <IconDownload size={14} aria-hidden />
            {t('message.download')}
          </Group>
        </Anchor>
      </Group>
      <Facts
        facts={[
          { name: t('message.from'), value: preview?.from },
          { name: t('message.to'), value: preview?.to },
          { name: t('message.date'), value: formats.dateTime(message.at) },
          { name: t('message.envelope'), value: t('message.envelopeOf', { from, to: message.to.join(', ') }) },
        ]}
      />
    </>
  );
}

interface ViewsProps {
  shown: Shown;
  preview: ReturnType<typeof useCall<'previewCaught'>>;
}

function Views({ shown, preview }: ViewsProps) {
  const { t } = useTranslation('sandbox');
  const views = {
    html: () => <Answered query={preview}>{(data) => <HtmlView preview={data} />}</Answered>,
    text: () => <Answered query={preview}>{(data) => <TextView preview={data} />}</Answered>,
    headers: () => <CaughtHeaders fields={shown.fields} signatures={shown.signatures} />,
    source: () => <SourceView shown={shown} />,
    journey: () => <CaughtJourney steps={shown.journey} />,
  };
  const hasHtml = preview.data !== undefined && preview.data.html !== '';
  const order = hasHtml
    ? (['html', 'text', 'headers', 'source', 'journey'] as const)
    : (['text', 'headers', 'source', 'journey'] as const);
  return (
    <UrlTabs
      name="view"
      label={t('message.views')}
      tabs={order.map((id) => ({ id, label: t(`message.${id}`), content: views[id] }))}
    />
  );
}

function HtmlView({ preview }: { preview: Preview }) {
  const { t } = useTranslation('sandbox');
  const formats = useFormats();
  const leftOut = (['scripts', 'images', 'links', 'forms'] as const)
    .filter((kind) => preview.left_out[kind] > 0)
    .map((kind) => t(`message.${kind}`, { count: preview.left_out[kind] }));
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('message.safe')} {leftOut.length > 0 && t('message.leftOut', { what: formats.list(leftOut) })}
      </Text>
      <MailFrame html={preview.html} title={t('message.frame')} />
      <Rest preview={preview} />
    </Stack>
  );
}

function TextView({ preview }: { preview: Preview }) {
  const { t } = useTranslation('sandbox');
  if (preview.text.trim() === '') return <Empty title={t('message.noText')} />;
  return (
    <Stack gap="xs">
      <Text component="div" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {preview.text}
      </Text>
      <Rest preview={preview} />
    </Stack>
  );
}

function Rest({ preview }: { preview: Preview }) {
  const { t } = useTranslation('sandbox');
  const formats = useFormats();
  return (
    <>
      {preview.truncated && (
        <Text size="sm" c="dimmed">
          {t('message.truncated')}
        </Text>
      )}
      {preview.parts.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t('message.parts')}
          </Text>
          <List size="sm">
            {preview.parts.map((part, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no names of their own, and never move.
              <List.Item key={i}>
                {part.name === '' ? part.type : `${part.name} (${part.type})`}, {formats.size(part.size)}
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  );
}

function SourceView({ shown }: { shown: Shown }) {
  const { t } = useTranslation('sandbox');
  return (
    <Stack gap="xs">
      <Code block mah="70vh" style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('message.source')}>
        {shown.source}
      </Code>
      {shown.truncated && (
        <Text size="sm" c="dimmed">
          {t('message.truncated')}
        </Text>
      )}
    </Stack>
  );
}
