// One rule: looked at, written, changed.

import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useTagged } from '../../api/queries.ts';
import { PageFrame } from '../../parts/page.tsx';
import { Answered } from '../../parts/states.tsx';
import { useIsOperator, useSearchState } from '../../search.ts';
import { RuleEditor } from './rule-editor.tsx';
import { draftOf } from './rule-shapes.ts';

export function Page() {
  const { t } = useTranslation('protection');
  const { rule: id = '' } = useParams({ strict: false }) as { rule?: string };
  const query = useTagged('showRule', { path: { rule: id } });
  const rule = query.data?.data;
  return (
    <PageFrame
      title={rule === undefined ? t('rules.title') : t('editor.edit', { name: rule.name })}
      lead={
        <>
          <BackToRules />
          {rule !== undefined && (
            <div>
              <WhoseRule customer={rule.customer ?? undefined} />
            </div>
          )}
        </>
      }
    >
      <Answered query={query}>
        {({ data, tag }) => (
          <RuleEditor
            key={tag}
            start={draftOf(data)}
            kept={{ rule: data, tag: tag ?? '*', readAgain: () => query.refetch() }}
            customer={data.customer ?? undefined}
          />
        )}
      </Answered>
    </PageFrame>
  );
}

/** For whose mail the rule holds. */
export function WhoseRule({ customer }: { customer: string | undefined }) {
  const { t } = useTranslation('protection');
  const isOperator = useIsOperator();
  if (customer === undefined) return <>{t('editor.leadOperator')}</>;
  return <>{isOperator ? t('editor.leadCustomer', { customer }) : t('editor.leadOwn')}</>;
}

export function BackToRules() {
  const { t } = useTranslation('protection');
  const [search] = useSearchState();
  return (
    <Anchor
      component={Link}
      to={'/rules'}
      search={{ customer: search['customer'] } as never}
      inherit
      underline="always"
    >
      <IconArrowLeft size={14} aria-hidden /> {t('editor.back')}
    </Anchor>
  );
}
