// Google Workspace: it has no command for these, so the values are given for the forms of its admin console.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, lines, SECRET, type Section, type Step } from './guide.ts';
import type { GuideTexts } from './texts.ts';

/** The sections of the guide. */
export function googleWorkspaceGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    // Its firewall is Google's.
    ...lastSections(facts, texts).filter(({ heading }) => heading !== texts.headings.firewall),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const host = lines(
    'Name: Easymail',
    'Email server: Single host',
    `Host name: ${relay.host}`,
    `Port: ${relay.port}`,
    relay.tls !== 'none' && [
      'Require mail to be transmitted via a secure (TLS) connection: on',
      'Require CA signed certificate: on',
      'Validate certificate hostname: on',
    ],
  );
  const route = lines(
    'Name: Easymail',
    'Email messages to affect: Outbound',
    'For the above types of messages: Modify message',
    'Change route: Easymail',
    proof.kind === 'secret' && ['Add custom headers:', `  Header key: ${proof.field}`, `  Header value: ${SECRET}`],
    'Account types to affect: Users, Groups, Unrecognized / Catch-all',
  );
  const steps: Step[] = [
    { text: texts.googleHost, block: { syntax: 'text', content: host } },
    { text: texts.googleRoute, block: { syntax: 'text', content: route } },
  ];
  if (proof.kind === 'secret') steps.push({ text: texts.secretRule(proof.field) });
  return [...steps, ...streamSteps(facts, texts)];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const gateway = lines(
    'Enable: on',
    'Gateway IPs:',
    facts.from.map((ip) => `  ${ip}`),
    'Automatically detect external IP: on',
    'Reject all mail not from gateway IPs: on',
    'Require TLS for connections from the email gateways listed above: on',
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.googleInbound, block: { syntax: 'text', content: gateway } },
  ];
}
