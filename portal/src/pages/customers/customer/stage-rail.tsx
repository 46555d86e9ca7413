// The state machine of a customer, in the order of its life: where it is, where it was, where it may go.

import { Box, Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Answer } from '../../../api/call.ts';
import { When } from '../../../parts/when.tsx';
import { STAGES, type Stage } from '../customer-state.tsx';
import classes from './stage-rail.module.css';

type Transitions = Answer<'listTransitions'>;
type Place = 'here' | 'passed' | 'skipped' | 'next' | 'away';

/** When each stage was entered last; of those that were. */
function reachedAt({ entries }: Transitions): Map<Stage, string> {
  return new Map(entries.map(({ to, at }) => [to, at]));
}

export function StageRail({ stage, transitions }: { stage: Stage; transitions: Transitions }) {
  const { t } = useTranslation('customers');
  const reached = reachedAt(transitions);
  const next = new Set(transitions.steps.map(({ to }) => to));
  const placeOf = (one: Stage): Place => {
    if (one === stage) return 'here';
    if (next.has(one)) return 'next';
    if (reached.has(one)) return 'passed';
    // Who was taken over from a file was never asked to enter anything.
    return STAGES.indexOf(one) < STAGES.indexOf(stage) ? 'skipped' : 'away';
  };
  return (
    <Box component="ol" className={classes['rail'] ?? ''} aria-label={t('stage.machine')}>
      {STAGES.map((one) => {
        const place = placeOf(one);
        const at = reached.get(one);
        return (
          <li
            key={one}
            className={classes['step']}
            data-place={place}
            {...(place === 'here' && { 'aria-current': 'step' })}
          >
            <Text component="span" size="sm" fw={place === 'here' ? 700 : 500}>
              {t(`state.${one}`)}
            </Text>
            <Text component="span" size="xs" c="dimmed">
              {at === undefined ? t(`stage.place.${place}`) : <When at={at} as="relative" />}
            </Text>
            {at !== undefined && <VisuallyHidden>{t(`stage.place.${place}`)}</VisuallyHidden>}
          </li>
        );
      })}
    </Box>
  );
}
