// Exim 4.92 and later.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, PASSWORD, type Section, type Step } from './guide.ts';
import { plainOr } from './quote.ts';
import type { GuideTexts } from './texts.ts';

const FILE = 'exim4.conf';
const LOGINS = '/etc/exim4/easymail-login';

/** The sections of the guide. */
export function eximGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const router = lines(
    'easymail:',
    '  driver = manualroute',
    '  domains = ! +local_domains',
    '  transport = easymail_smtp',
    `  route_list = * ${relay.host}::${relay.port} byname`,
    '  no_more',
  );
  const transport = lines(
    'easymail_smtp:',
    '  driver = smtp',
    relay.tls === 'implicit' && '  protocol = smtps',
    relay.tls === 'none' && '  hosts_avoid_tls = *',
    relay.tls !== 'none' && [
      '  hosts_require_tls = *',
      '  tls_verify_hosts = *',
      '  tls_verify_certificates = /etc/ssl/certs/ca-certificates.crt',
      '  tls_verify_cert_hostnames = *',
    ],
    proof.kind === 'login' && '  hosts_require_auth = *',
  );
  const steps: Step[] = [
    { text: texts.eximRouter, block: { file: FILE, syntax: 'text', content: router } },
    { text: texts.eximSection('transports'), block: { file: FILE, syntax: 'text', content: transport } },
  ];
  if (proof.kind === 'login') steps.push(...login(proof.name, texts));
  return [...steps, restart(texts), ...streamSteps(facts, texts)];
}

/** The login lies in a file of its own: in the configuration its characters would be expanded. */
function login(name: string | undefined, texts: GuideTexts): Step[] {
  const word = plainOr(name, LOGIN);
  const authenticator = lines(
    'easymail_login:',
    '  driver = plaintext',
    '  public_name = PLAIN',
    // A caret in the client's string stands for the zero octet, and two of them for one.
    `  client_send = ^\${sg{\${lookup{name}lsearch{${LOGINS}}{$value}fail}}{\\N\\^\\N}{^^}}^\${sg{\${lookup{password}lsearch{${LOGINS}}{$value}fail}}{\\N\\^\\N}{^^}}`,
  );
  const steps: Step[] = [
    {
      text: texts.login(LOGINS),
      block: { file: LOGINS, syntax: 'text', content: lines(`name: ${word}`, `password: ${PASSWORD}`) },
    },
    {
      text: texts.runAsRoot,
      block: {
        syntax: 'shell',
        content: lines(`chown root:Debian-exim ${LOGINS}`, `chmod 640 ${LOGINS}`),
      },
    },
    { text: texts.eximSection('authenticators'), block: { file: FILE, syntax: 'text', content: authenticator } },
  ];
  return word === LOGIN ? [...steps, { text: texts.loginUnknown }] : steps;
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  // A semicolon between them, since addresses of IPv6 hold colons.
  const list = lines(`hostlist easymail = <; ${facts.from.join(' ; ')}`);
  const acl = lines(
    '  deny',
    `    message = mail from the Internet for this server goes to ${facts.relay.host}`,
    '    ! hosts = : +relay_from_hosts : +easymail',
    '    ! authenticated = *',
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.add(FILE), block: { file: FILE, syntax: 'text', content: list } },
    { text: texts.eximAcl, block: { file: FILE, syntax: 'text', content: acl } },
    restart(texts),
    { text: texts.leaveAlone },
    { text: texts.notTrusted },
  ];
}

function restart(texts: GuideTexts): Step {
  const content = lines('exim4 -bV > /dev/null && systemctl restart exim4');
  return { text: texts.runAsRoot, block: { syntax: 'shell', content } };
}
