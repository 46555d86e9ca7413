// sendmail 8.14 and later, by its m4 configuration.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, PASSWORD, type Section, type Step } from './guide.ts';
import { plainOr } from './quote.ts';
import type { GuideTexts } from './texts.ts';

const MC = '/etc/mail/sendmail.mc';
const AUTHINFO = '/etc/mail/authinfo';
const ACCESS = '/etc/mail/access';

/** The sections of the guide. */
export function sendmailGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const encrypted = relay.tls !== 'none';
  const settings = lines(
    // Brackets: the host itself, without a look for its MX.
    `define(\`SMART_HOST', \`relay:[${relay.host}]')dnl`,
    `define(\`RELAY_MAILER_ARGS', \`TCP $h ${relay.port}')dnl`,
    encrypted && [
      "define(`confCACERT_PATH', `/etc/ssl/certs')dnl",
      "define(`confCACERT', `/etc/ssl/certs/ca-certificates.crt')dnl",
      "FEATURE(`access_db')dnl",
    ],
    proof.kind === 'login' && [
      "define(`confAUTH_MECHANISMS', `PLAIN LOGIN')dnl",
      "FEATURE(`authinfo', `hash -o /etc/mail/authinfo.db')dnl",
    ],
  );
  const steps: Step[] = [{ text: texts.add(MC), block: { file: MC, syntax: 'text', content: settings } }];
  if (encrypted) {
    const content = lines(`TLS_Srv:${relay.host}  VERIFY:128`);
    steps.push({ text: texts.add(ACCESS), block: { file: ACCESS, syntax: 'text', content } });
  }
  if (proof.kind === 'login') {
    const word = plainOr(proof.name, LOGIN);
    const content = lines(`AuthInfo:${relay.host} "U:${word}" "I:${word}" "P:${PASSWORD}" "M:PLAIN"`);
    steps.push({ text: texts.login(AUTHINFO), block: { file: AUTHINFO, syntax: 'text', content } });
    if (word === LOGIN) steps.push({ text: texts.loginUnknown });
  }
  const build = lines(
    'cd /etc/mail',
    encrypted && 'makemap hash access < access',
    proof.kind === 'login' && ['chmod 600 authinfo', 'makemap hash authinfo < authinfo', 'chmod 600 authinfo.db'],
    'm4 sendmail.mc > sendmail.cf',
    'systemctl restart sendmail',
  );
  steps.push({ text: texts.sendmailRebuild, block: { syntax: 'shell', content: build } });
  return [...steps, ...streamSteps(facts, texts)];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const addresses = facts.from.map((ip) => (ip.includes(':') ? `[${ip}]` : ip));
  const allow = lines(`sendmail: 127.0.0.1 [::1] ${addresses.join(' ')}`.trimEnd());
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.sendmailWrappers },
    { text: texts.add('/etc/hosts.allow'), block: { file: '/etc/hosts.allow', syntax: 'text', content: allow } },
    {
      text: texts.add('/etc/hosts.deny'),
      block: { file: '/etc/hosts.deny', syntax: 'text', content: lines('sendmail: ALL') },
    },
    { text: texts.leaveAlone },
    { text: texts.notTrusted },
  ];
}
