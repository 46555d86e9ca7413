// What a message in quarantine looks like, as the relay has made it harmless; for a reason.

import { Button, List, Stack, Tabs, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { useAct } from '../../../api/queries.ts';
import { Facts } from '../../../parts/facts.tsx';
import { useFormats } from '../../../parts/formats.ts';
import { MailFrame } from '../../../parts/mail-frame.tsx';
import { Failing } from '../../../parts/states.tsx';
import { KeptHint, ReasonForm, Source } from './source-view.tsx';

type Preview = Answer<'previewQuarantined'>;

/** Asks for the reason, then shows it. */
export function PreviewView({ id }: { id: string }) {
  const { t } = useTranslation('holding');
  const looking = useAct('previewQuarantined', { changes: ['listContentAccess', 'showQuarantined'] });
  const reading = useAct('readContent', { changes: ['listContentAccess', 'showQuarantined'] });
  const reason = looking.variables?.body.reason ?? '';
  return (
    <section>
      <Title order={3} size="h3">
        {t('content.title')}
      </Title>
      {looking.data === undefined ? (
        <ReasonForm
          buttons={(isReady) => (
            <Button type="submit" size="xs" disabled={!isReady} loading={looking.isPending}>
              {t('content.show')}
            </Button>
          )}
          submit={(why) => looking.mutate({ path: { id }, body: { reason: why } })}
          error={looking.error}
        />
      ) : (
        <Views
          preview={looking.data}
          source={
            reading.data === undefined ? (
              <Stack align="flex-start" gap="xs">
                <Button
                  size="xs"
                  variant="default"
                  loading={reading.isPending}
                  onClick={() => reading.mutate({ path: { id }, body: { reason } })}
                >
                  {t('content.source')}
                </Button>
                <Text size="xs" c="dimmed">
                  <KeptHint />
                </Text>
                {reading.error !== null && <Failing error={reading.error} />}
              </Stack>
            ) : (
              <Source base64={reading.data.content} truncated={reading.data.truncated} />
            )
          }
        />
      )}
    </section>
  );
}

function Views({ preview, source }: { preview: Preview; source: ReactNode }) {
  const { t } = useTranslation('holding');
  const views = [
    { id: 'asShown', content: <AsShown preview={preview} /> },
    { id: 'text', content: <PlainText text={preview.text} /> },
    { id: 'header', content: <Header preview={preview} /> },
    { id: 'parts', content: <Parts preview={preview} /> },
    { id: 'raw', content: source },
  ] as const;
  return (
    <Tabs defaultValue={preview.html === '' ? 'text' : 'asShown'} keepMounted={false} mt="xs">
      <Tabs.List aria-label={t('content.views')} mb="sm">
        {views.map(({ id }) => (
          <Tabs.Tab key={id} value={id}>
            {t(`content.${id}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {views.map(({ id, content }) => (
        <Tabs.Panel key={id} value={id}>
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

const LEFT_OUT = ['scripts', 'images', 'links', 'forms'] as const;

function AsShown({ preview: { html, left_out: leftOut, truncated } }: { preview: Preview }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  if (html === '') return <Text size="sm">{t('content.noHtml')}</Text>;
  const what = LEFT_OUT.filter((one) => leftOut[one] > 0).map((one) => t(`content.${one}`, { count: leftOut[one] }));
  return (
    <Stack gap="xs">
      {what.length > 0 && (
        <Text size="xs" c="dimmed">
          {t('content.leftOut', { what: formats.list(what) })}
        </Text>
      )}
      {truncated && (
        <Text size="xs" c="dimmed">
          {t('content.cut')}
        </Text>
      )}
      <MailFrame html={html} title={t('content.frame')} />
    </Stack>
  );
}

function PlainText({ text }: { text: string }) {
  const { t } = useTranslation('holding');
  if (text.trim() === '') return <Text size="sm">{t('content.noText')}</Text>;
  return (
    <Text
      size="sm"
      component="pre"
      m={0}
      tabIndex={0}
      ff="monospace"
      style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: '60vh', overflow: 'auto' }}
    >
      {text}
    </Text>
  );
}

function Header({ preview: { headers } }: { preview: Preview }) {
  return <Facts facts={headers.map(({ name, value }, at) => ({ name: headerName(headers, name, at), value }))} />;
}

/** A field that comes twice is told apart, so that each has a row of its own. */
function headerName(headers: Preview['headers'], name: string, at: number): string {
  const before = headers.slice(0, at).filter((one) => one.name === name).length;
  return before === 0 ? name : `${name} (${before + 1})`;
}

function Parts({ preview: { parts } }: { preview: Preview }) {
  const { t } = useTranslation('holding');
  const formats = useFormats();
  if (parts.length === 0) return <Text size="sm">{t('content.noParts')}</Text>;
  return (
    <List size="sm">
      {parts.map(({ name, type, size }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- parts have no name of their own that is theirs alone
        <List.Item key={at}>
          {name === '' ? type : `${name} (${type})`}, {formats.size(size)}
        </List.Item>
      ))}
    </List>
  );
}
