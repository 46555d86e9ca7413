// A new rule.

import { useTranslation } from 'react-i18next';
import { PageFrame } from '../../parts/page.tsx';
import { useScope } from '../../search.ts';
import { RuleEditor } from './rule-editor.tsx';
import { BackToRules, WhoseRule } from './rule-page.tsx';
import { EMPTY_DRAFT } from './rule-shapes.ts';

export function Page() {
  const { t } = useTranslation('protection');
  const scope = useScope();
  return (
    <PageFrame
      title={t('editor.new')}
      lead={
        <>
          <BackToRules />
          <div>
            <WhoseRule customer={scope} />
          </div>
        </>
      }
    >
      <RuleEditor start={EMPTY_DRAFT} customer={scope} />
    </PageFrame>
  );
}
