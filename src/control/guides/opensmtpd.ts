// OpenSMTPD 6.6 and later.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, PASSWORD, type Section, type Step } from './guide.ts';
import { plainOr } from './quote.ts';
import type { GuideTexts } from './texts.ts';

const FILE = '/etc/smtpd.conf';
const LOGINS = '/etc/easymail-login';

/** The sections of the guide. */
export function opensmtpdGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

const SCHEMES = { starttls: 'smtp+tls', implicit: 'smtps', none: 'smtp' } as const;

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const logsIn = proof.kind === 'login';
  const host = `${SCHEMES[relay.tls]}://${logsIn ? 'easymail@' : ''}${relay.host}:${relay.port}`;
  const action = [
    `action "easymail" relay host ${host}`,
    logsIn && ' auth <easymail_login>',
    relay.tls !== 'none' && ' tls',
  ];
  const settings = lines(
    logsIn && `table easymail_login file:${LOGINS}`,
    action.filter((part) => part !== false).join(''),
    'match from local for any action "easymail"',
    'match from auth for any action "easymail"',
  );
  const steps: Step[] = [];
  if (proof.kind === 'login') {
    const word = plainOr(proof.name, LOGIN);
    const content = lines(`easymail ${word}:${PASSWORD}`);
    steps.push({ text: texts.login(LOGINS), block: { file: LOGINS, syntax: 'text', content } });
    // Read before privileges are dropped, whatever the user is called.
    const commands = lines(`chown root ${LOGINS}`, `chmod 600 ${LOGINS}`);
    steps.push({ text: texts.runAsRoot, block: { syntax: 'shell', content: commands } });
    if (word === LOGIN) steps.push({ text: texts.loginUnknown });
  }
  steps.push({ text: texts.opensmtpdOrder, block: { file: FILE, syntax: 'text', content: settings } });
  return [...steps, restart(texts), ...streamSteps(facts, texts)];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const settings = lines(
    `table easymail_from { ${facts.from.map((ip) => `"${ip}"`).join(', ')} }`,
    `table easymail_domains { ${facts.inbound.map((name) => `"${name}"`).join(', ')} }`,
    'match from src <easymail_from> for domain <easymail_domains> action "local_mail"',
    'match !from src <easymail_from> for domain <easymail_domains> reject',
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.opensmtpdOrder, block: { file: FILE, syntax: 'text', content: settings } },
    restart(texts),
    { text: texts.leaveAlone },
    { text: texts.notTrusted },
  ];
}

function restart(texts: GuideTexts): Step {
  const content = lines('smtpd -n && (rcctl restart smtpd 2> /dev/null || systemctl restart opensmtpd)');
  return { text: texts.runAsRoot, block: { syntax: 'shell', content } };
}
