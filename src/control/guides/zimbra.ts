// Zimbra 8.8 and later: its Postfix is set by zmprov.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, PASSWORD, type Section, type Step } from './guide.ts';
import { plainOr, shellWord } from './quote.ts';
import type { GuideTexts } from './texts.ts';

const LOGINS = '/opt/zimbra/conf/easymail_login';
const CLIENTS = '/opt/zimbra/conf/easymail_clients';

/** The sections of the guide. */
export function zimbraGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const next = `[${relay.host}]:${relay.port}`;
  const steps: Step[] = [];
  if (proof.kind === 'login') {
    const word = plainOr(proof.name, LOGIN);
    const content = lines(`${next}  ${word}:${PASSWORD}`);
    steps.push({ text: texts.login(LOGINS), block: { file: LOGINS, syntax: 'text', content } });
    if (word === LOGIN) steps.push({ text: texts.loginUnknown });
  }
  const commands = lines(
    proof.kind === 'login' && `chmod 600 ${LOGINS} && postmap lmdb:${LOGINS}`,
    set('zimbraMtaRelayHost', next),
    relay.tls === 'none' && set('zimbraMtaSmtpTlsSecurityLevel', 'may'),
    relay.tls !== 'none' && [
      set('zimbraMtaSmtpTlsSecurityLevel', 'secure'),
      set('zimbraMtaSmtpTlsCAfile', '/etc/ssl/certs/ca-certificates.crt'),
    ],
    relay.tls === 'implicit' && 'postconf -e smtp_tls_wrappermode=yes',
    proof.kind === 'login' && [
      set('zimbraMtaSmtpSaslAuthEnable', 'yes'),
      set('zimbraMtaSmtpSaslPasswordMaps', `lmdb:${LOGINS}`),
      set('zimbraMtaSmtpSaslSecurityOptions', 'noanonymous'),
    ],
    'zmmtactl restart',
  );
  steps.push({ text: texts.zimbraUser, block: { syntax: 'shell', content: commands } });
  return [...steps, ...streamSteps(facts, texts)];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const clients = lines(facts.from.map((ip) => `${ip}  OK`));
  const restrictions = `permit_mynetworks, permit_sasl_authenticated, check_client_access cidr:${CLIENTS}, reject`;
  const commands = lines(set('zimbraMtaSmtpdClientRestrictions', restrictions), 'zmmtactl restart');
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.write(CLIENTS), block: { file: CLIENTS, syntax: 'text', content: clients } },
    { text: texts.zimbraUser, block: { syntax: 'shell', content: commands } },
    { text: texts.leaveAlone },
    { text: texts.notTrusted },
  ];
}

function set(name: string, value: string): string {
  return `zmprov ms "$(zmhostname)" ${name} ${shellWord(value)}`;
}
