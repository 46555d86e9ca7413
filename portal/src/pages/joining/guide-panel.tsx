// The settings of a customer's own mail server, ready to copy: for the kind of server that is chosen.

import { Code, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../api/call.ts';
import { useCall } from '../../api/queries.ts';
import { CopyBlock } from '../../parts/copy.tsx';
import { Answered } from '../../parts/states.tsx';
import { isLanguage } from '../../words.ts';

type Server = Answer<'listGuides'>['entries'][number]['server'];

/** Whose settings: the customer's of a link, or a named one. */
export type GuideOf = { link: string } | { customer: string };

export function GuidePanel({ of, level = 3 }: { of: GuideOf; level?: 2 | 3 | 4 }) {
  const { t } = useTranslation('joining');
  const [server, setServer] = useState<Server>('postfix');
  const list = useGuideList(of);
  return (
    <Answered query={list} lines={2}>
      {({ entries }) => (
        <Stack>
          <Select
            maw={320}
            label={t('guide.server')}
            allowDeselect={false}
            data={entries.map(({ server: value, name }) => ({ value, label: name }))}
            value={server}
            onChange={(value) => setServer(entries.find((one) => one.server === value)?.server ?? server)}
          />
          <Guide of={of} server={server} level={level} />
        </Stack>
      )}
    </Answered>
  );
}

function useGuideList(of: GuideOf) {
  const overLink = useCall('listOwnGuides', { link: 'link' in of ? of.link : '' }, { enabled: 'link' in of });
  const named = useCall(
    'listGuides',
    { path: { customer: 'customer' in of ? of.customer : '' } },
    { enabled: 'customer' in of },
  );
  return 'link' in of ? overLink : named;
}

function useGuide(of: GuideOf, server: Server) {
  const { i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const overLink = useCall(
    'showOwnGuide',
    { path: { server }, query: { language }, link: 'link' in of ? of.link : '' },
    { enabled: 'link' in of, keep: true },
  );
  const named = useCall(
    'showGuide',
    { path: { customer: 'customer' in of ? of.customer : '', server }, query: { language } },
    { enabled: 'customer' in of, keep: true },
  );
  return 'link' in of ? overLink : named;
}

function Guide({ of, server, level }: { of: GuideOf; server: Server; level: 2 | 3 | 4 }) {
  const { t } = useTranslation('joining');
  const query = useGuide(of, server);
  return (
    <Answered query={query}>
      {(guide) => (
        <Stack gap="md">
          <Text size="sm">{guide.intro}</Text>
          {guide.sections.map(({ heading, steps }, part) => (
            <Stack key={heading} gap="xs" component="section">
              <Title order={level} size="h4">
                {heading}
              </Title>
              {steps.map((step, i) => (
                <Step
                  key={`${step.text} ${step.block?.content ?? ''}`}
                  step={step}
                  name={t('guide.step', { heading, part: part + 1, number: i + 1 })}
                />
              ))}
            </Stack>
          ))}
        </Stack>
      )}
    </Answered>
  );
}

type GuideStep = Answer<'showGuide'>['sections'][number]['steps'][number];

/** `name`: says which block it is, for those who do not see where it stands. */
function Step({ step: { text, block }, name }: { step: GuideStep; name: string }) {
  const { t } = useTranslation('joining');
  return (
    <Stack gap={4}>
      <Text size="sm">{text}</Text>
      {block !== undefined && (
        <>
          {block.file !== undefined && (
            <Group gap={6}>
              <Text size="xs" c="dimmed">
                {t('guide.file')}
              </Text>
              <Code>{block.file}</Code>
            </Group>
          )}
          <CopyBlock text={block.content} what={name} />
        </>
      )}
    </Stack>
  );
}
