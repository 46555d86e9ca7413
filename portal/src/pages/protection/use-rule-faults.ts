// The faults of a rule that is being written, as the API names them.

import { useDebouncedValue } from '@mantine/hooks';
import type { FieldFault } from '../../api/problem.ts';
import { useCall } from '../../api/queries.ts';
import { useIsOperator } from '../../search.ts';
import { bodyOf, type Draft } from './rule-shapes.ts';

const TYPING_MS = 350;

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
  const query = useCall('checkRule', { body: { ...whose, rule: bodyOf(settled) } }, { keep: true, enabled });
  return enabled ? (query.data?.faults ?? []) : [];
}
