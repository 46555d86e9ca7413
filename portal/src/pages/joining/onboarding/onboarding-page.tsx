// A customer joins over its link, without an account: it enters what it has, publishes its records, hands in, tries out.

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../../api/problem.ts';
import { useTagged } from '../../../api/queries.ts';
import { Failing, Loading } from '../../../parts/states.tsx';
import { useFirstLanguage } from './first-language.ts';
import { useLinkToken } from './link.ts';
import { LinkEnded } from './link-ended.tsx';
import { PublicFrame } from './public-frame.tsx';
import { Wizard } from './wizard.tsx';

/** Meanwhile the operator may have approved it, or sent it back. */
const LOOK_EVERY_MS = 6000;

export function Page() {
  const token = useLinkToken();
  return token === undefined ? <LinkEnded token={undefined} /> : <Onboarding key={token} token={token} />;
}

function Onboarding({ token }: { token: string }) {
  const { t } = useTranslation('joining');
  const query = useTagged('getOnboarding', { link: token }, { everyMs: LOOK_EVERY_MS });
  const isInLanguage = useFirstLanguage(query.data?.data.customer.language);
  useEffect(() => {
    document.title = t('frame.title');
  }, [t]);
  if (query.error instanceof ApiProblem && query.error.status === 401) return <LinkEnded token={token} />;
  if (query.data === undefined || !isInLanguage) {
    return (
      <PublicFrame>
        {query.error === null ? <Loading /> : <Failing error={query.error} retry={() => void query.refetch()} />}
      </PublicFrame>
    );
  }
  const { data, tag } = query.data;
  // Once it can be changed again, or no longer, it begins with what is kept.
  return <Wizard key={`${data.may_change} ${data.returned?.at ?? ''}`} token={token} data={data} tag={tag} />;
}
