// The class of what a report says about a recipient: its codes and words, from the nearest to the farthest.

import type { Report, ReportedRecipient } from '../../protocol/dsn/report.ts';
import type { Cause, SmtpStage } from '../message.ts';
import { type BounceClass, classifyReply, saysAnything } from './bounce-class.ts';

/** What the report says as a cause of the event: the remote's own words where it quotes them. */
export function reportedCause(recipient: ReportedRecipient, report: Report): Cause {
  const code = recipient.code ?? codeOf(recipient);
  return {
    from: 'remote',
    stage: stageOf(recipient),
    host: recipient.remoteMta ?? report.reportingMta ?? '',
    reply: {
      code,
      text: textOf(recipient, report),
      ...(recipient.status !== undefined && { enhanced: recipient.status }),
    },
  };
}

/** The class of a recipient that the report says has failed or waits. */
export function classifyReported(recipient: ReportedRecipient, report: Report): BounceClass {
  const cause = reportedCause(recipient, report);
  return cause.from === 'remote'
    ? classifyReply(cause.reply, cause.stage)
    : classifyReply({ code: 0, text: '' }, 'dot');
}

function stageOf({ stage }: ReportedRecipient): SmtpStage {
  return stage ?? 'dot';
}

/** RFC 3463 2: the first digit of the status says as much as that of a code. */
function codeOf({ status, action }: ReportedRecipient): number {
  if (status?.startsWith('4.') === true) return action === 'failed' ? 450 : 451;
  return action === 'delayed' ? 451 : 554;
}

/** The first of the texts that says anything: the diagnosis, the words about the recipient, those of the whole report. */
function textOf(recipient: ReportedRecipient, report: Report): string {
  // Words of the whole report may be about another of its recipients.
  const whole = report.recipients.length > 1 ? undefined : report.words;
  const texts = [recipient.diagnostic, recipient.words, whole].filter((text) => text !== undefined);
  return texts.find((text) => saysAnything(text)) ?? texts[0] ?? '';
}
