// Events for changes in what checks say: what was right and is wrong, and what was wrong and is right again. What is only
// unknown for a time, or could be better, is no event.

import type { ControlEvent } from '../events/control-events.ts';
import type { Transition } from './subject-rows.ts';
import type { SubjectName } from './subjects.ts';

/** Events for the changes of one thing of a customer. Those of ownership come with the proof itself. */
export function eventsOf(
  { customer, object }: SubjectName,
  transitions: readonly Transition[],
  details: (kind: Transition['kind']) => { expected: string; found: string; advice: string } | undefined,
): ControlEvent[] {
  return transitions.flatMap(({ kind, before, after }): ControlEvent[] => {
    const broken = after === 'fail';
    const mended = before === 'fail' && (after === 'ok' || after === 'warn');
    if (!broken && !mended) return [];
    const about = { ...details(kind) };
    switch (kind) {
      case 'spf':
      case 'mx':
      case 'dkim':
      case 'dmarc': {
        const data = { domain: object, check: kind, old_status: before, new_status: after, ...about, records: [] };
        return [{ type: 'domain.status_changed', customer, data }];
      }
      case 'mailhost': {
        const type = broken ? 'mailhost.unreachable' : 'mailhost.recovered';
        return [{ type, customer, data: { mailhost: object, ...about } }];
      }
      case 'ownership':
      case 'source':
      case 'grant':
        return [];
      default:
        return kind satisfies never;
    }
  });
}
