// Postfix 3.1 and later. Tables are texthash: they need no postmap.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, PASSWORD, type Section, type Step } from './guide.ts';
import { plainOr } from './quote.ts';
import type { GuideTexts } from './texts.ts';

const MAIN = '/etc/postfix/main.cf';
const TLS = '/etc/postfix/easymail-tls';
const LOGINS = '/etc/postfix/easymail-login';
const CLIENTS = '/etc/postfix/easymail-clients';

/** The sections of the guide. */
export function postfixGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const next = `[${relay.host}]:${relay.port}`;
  const encrypted = relay.tls !== 'none';
  const steps: Step[] = [];
  if (encrypted) {
    const content = lines(`${next}  secure match=nexthop`);
    steps.push({ text: texts.write(TLS), block: { file: TLS, syntax: 'text', content } });
  }
  if (proof.kind === 'login') {
    const content = lines(`${next}  ${plainOr(proof.name, LOGIN)}:${PASSWORD}`);
    steps.push({ text: texts.login(LOGINS), block: { file: LOGINS, syntax: 'text', content } });
    if (plainOr(proof.name, LOGIN) === LOGIN) steps.push({ text: texts.loginUnknown });
  }
  steps.push({ text: texts.add(MAIN), block: { file: MAIN, syntax: 'text', content: mainSettings(facts, next) } });
  const commands = lines(proof.kind === 'login' && `chmod 600 ${LOGINS}`, 'postfix check && postfix reload');
  steps.push({ text: texts.runAsRoot, block: { syntax: 'shell', content: commands } });
  return [...steps, ...streamSteps(facts, texts)];
}

function mainSettings({ relay, proof }: GuideFacts, next: string): string {
  return lines(
    `relayhost = ${next}`,
    relay.tls === 'none' && 'smtp_tls_security_level = may',
    relay.tls !== 'none' && [
      'smtp_tls_security_level = encrypt',
      `smtp_tls_policy_maps = texthash:${TLS}`,
      'smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt',
    ],
    relay.tls === 'implicit' && 'smtp_tls_wrappermode = yes',
    proof.kind === 'login' && [
      'smtp_sasl_auth_enable = yes',
      `smtp_sasl_password_maps = texthash:${LOGINS}`,
      'smtp_sasl_security_options = noanonymous',
    ],
  );
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const clients = lines(facts.from.map((ip) => `${ip}  OK`));
  const settings = lines(
    'smtpd_client_restrictions =',
    '    permit_mynetworks,',
    '    permit_sasl_authenticated,',
    `    check_client_access cidr:${CLIENTS},`,
    '    reject',
    `smtpd_client_event_limit_exceptions = $mynetworks, cidr:${CLIENTS}`,
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.write(CLIENTS), block: { file: CLIENTS, syntax: 'text', content: clients } },
    { text: texts.add(MAIN), block: { file: MAIN, syntax: 'text', content: settings } },
    { text: texts.runAsRoot, block: { syntax: 'shell', content: lines('postfix check && postfix reload') } },
    { text: texts.leaveAlone },
    { text: texts.notTrusted },
  ];
}
