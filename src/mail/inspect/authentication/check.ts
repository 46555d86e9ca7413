// The check `authentication` of inbound mail: who sent it, written into the header and the trace, and what follows.

import type { Resolver } from '../../../network/dns-answer.ts';
import type { Config } from '../../../platform/config/schema.ts';
import { RELAY_CUSTOMER } from '../../message.ts';
import type { Check, CheckRun, InspectedMessage } from '../inspection.ts';
import type { CheckResult, InspectionDetails } from '../verdict.ts';
import {
  type Authenticated,
  type AuthenticationDns,
  authenticationDns,
  beginAuthentication,
  provesBody,
} from './authenticate.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { createPolicyMemory, type PolicyMemory } from './policy-memory.ts';
import { noteProven } from './proven.ts';
import { resultsField } from './results-field.ts';

export interface AuthenticationOptions {
  resolver: Resolver;
  /** Our name in Authentication-Results where the configuration gives no other. */
  hostname: string;
  /** The section of the configuration; a reload changes it in place. */
  config: Config['authentication'];
  /** Relay threads, which share the look-ups at once. Default: 1. */
  threads?: number;
}

/** What a thread's messages share. */
interface ThreadParts extends AuthenticationOptions {
  dns: AuthenticationDns;
  policies: PolicyMemory;
}

/** Look-ups end by themselves before that. */
const DEADLINE_MS = 25_000;

const LONGEST_REASON = 160;

/** Name of the check in the trace. */
export const AUTHENTICATION = 'authentication';

/** Makes the check of a relay thread. */
export function createAuthenticationCheck(options: AuthenticationOptions): Check {
  const { config } = options;
  const thread: ThreadParts = {
    ...options,
    dns: authenticationDns(options.resolver, options.threads ?? 1),
    policies: createPolicyMemory(() => (config.policy_unknown === 'later' ? 'reject' : 'none')),
  };
  return {
    name: AUTHENTICATION,
    turn: 'first',
    deadlineMs: DEADLINE_MS,
    begin: (message) =>
      message.direction === 'inbound' && message.sentHere === undefined ? begin(message, thread) : undefined,
    // Where nothing would be refused anyway a fault of ours holds no mail up.
    unavailable: (message) => ({ kind: isOnlyNoted(message) ? 'pass' : 'later' }),
  };
}

/** Mail to the relay's own addresses: reports about mail, and strangers who have a reason to complain, get through. */
function isOnlyNoted({ customer, settings }: InspectedMessage): boolean {
  return customer === RELAY_CUSTOMER || (settings.dmarc === 'note' && settings.spf_fail === 'note');
}

function begin(message: InspectedMessage, { dns, policies, ...options }: ThreadParts): CheckRun {
  const authentication = beginAuthentication(message, dns);
  let header = true;
  return {
    chunk(bytes) {
      // First comes the header, whole; it is signed as it was received, not as it is stored.
      if (header) header = false;
      else authentication.update(bytes);
    },
    end: async () => {
      const seen = await authentication.end();
      const found = { ...seen, dmarc: seen.dmarc.map((one) => policies.complete(one, message.at)) };
      noteProven(message, found);
      return resultOf(message, found, options);
    },
    abort: () => authentication.abort(),
  };
}

function resultOf(
  message: InspectedMessage,
  found: Authenticated,
  { hostname, config }: AuthenticationOptions,
): CheckResult {
  const concluded = conclude(found, message.settings, new Set(config.trusted_sealers));
  const note = concluded.sealer === undefined ? undefined : `as ${concluded.sealer} found before it was changed`;
  return {
    verdict: message.customer === RELAY_CUSTOMER ? { kind: 'pass' } : concluded.verdict,
    result: concluded.result,
    details: detailsOf(found, concluded),
    changes: [{ kind: 'field', text: resultsField(config.id ?? hostname, found, note) }],
  };
}

function detailsOf({ spf, dkim, dmarc, arc, authors }: Authenticated, { sealer }: Conclusion): InspectionDetails {
  const signers = [...new Set(dkim.filter(provesBody).flatMap(({ domain }) => domain ?? []))];
  const [published] = dmarc.flatMap(({ policy, published: at }) =>
    policy === undefined ? [] : [`p=${policy} of ${at}`],
  );
  return {
    spf: spf.result,
    ...(spf.domain !== '' && { spf_domain: spf.domain }),
    ...(spf.result !== 'pass' && spf.result !== 'none' && { spf_reason: shown(spf.detail) }),
    ...(dkim.length > 0 && { dkim: dkim.map(dkimLine) }),
    ...(signers.length > 0 && { signed_by: signers }),
    dmarc: dmarc.length === 0 ? 'none' : dmarc.map(({ result }) => result).join(', '),
    ...(authors.kind === 'domains' && { author: authors.domains.join(', ') }),
    ...(authors.kind === 'ambiguous' && { author: authors.reason }),
    ...(published !== undefined && { policy: published }),
    ...(arc.result !== 'none' && { arc: arc.reason === undefined ? arc.result : `${arc.result}: ${arc.reason}` }),
    ...(sealer !== undefined && { sealer }),
  };
}

/** Strangers' records are told from, so it is cut. */
function shown(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, LONGEST_REASON);
}

function dkimLine(verdict: Authenticated['dkim'][number]): string {
  const { domain = '?', selector, result, reason } = verdict;
  const name = selector === undefined ? domain : `${selector}._domainkey.${domain}`;
  if (result === 'pass')
    return provesBody(verdict) ? `pass ${name}` : `partial ${name}: only a part of the body is signed`;
  return `${result} ${name}${reason === undefined ? '' : `: ${reason}`}`;
}
