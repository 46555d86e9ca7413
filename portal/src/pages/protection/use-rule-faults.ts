// The faults of a rule that is being written, as the API names them.

import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/call.ts';
import { type FieldFault, wordedFault } from '../../api/problem.ts';
import { needRelayWords } from '../../relay-words.ts';
import { useIsOperator } from '../../search.ts';
import { languageNow } from '../../words.ts';
import { bodyOf, type Draft } from './rule-shapes.ts';

const TYPING_MS = 350;
const NONE: readonly FieldFault[] = [];

/** In the language of the page. */
export function useRuleFaults({
  draft,
  customer,
  enabled,
}: {
  draft: Draft;
  customer: string | undefined;
  enabled: boolean;
}): readonly FieldFault[] {
  const isOperator = useIsOperator();
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const whose = isOperator && customer !== undefined ? { customer } : {};
  const body = { ...whose, rule: bodyOf(settled) };
  const query = useQuery({
    queryKey: ['checkRule', body, languageNow()],
    queryFn: async ({ signal }): Promise<readonly FieldFault[]> => {
      const { faults } = await call('checkRule', { body, signal });
      await needRelayWords('faults');
      return faults.map(wordedFault);
    },
    enabled,
    placeholderData: keepPreviousData,
  });
  return enabled ? (query.data ?? NONE) : NONE;
}
