// Exchange Server 2016 and later, in its management shell.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { type GuideFacts, LOGIN, lines, type Section, type Step } from './guide.ts';
import { powerShellList, powerShellWord } from './quote.ts';
import type { GuideTexts } from './texts.ts';

/** The sections of the guide. */
export function exchangeGuide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    ...lastSections(facts, texts),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const host = powerShellWord(relay.host);
  const encrypted = relay.tls !== 'none';
  const logsIn = proof.kind === 'login';
  const name = proof.kind === 'login' ? (proof.name ?? LOGIN) : LOGIN;
  const settings = [
    "Name = 'Easymail'",
    "Usage = 'Custom'",
    "AddressSpaces = 'SMTP:*;1'",
    'DNSRoutingEnabled = $false',
    `SmartHosts = ${host}`,
    `Port = ${relay.port}`,
    'SourceTransportServers = $env:COMPUTERNAME',
    ...(encrypted ? ['RequireTLS = $true', "TlsAuthLevel = 'DomainValidation'", `TlsDomain = ${host}`] : []),
    ...(logsIn ? ["SmartHostAuthMechanism = 'BasicAuthRequireTLS'", 'AuthenticationCredential = $login'] : []),
  ];
  const content = lines(
    logsIn && `$login = Get-Credential -UserName ${powerShellWord(name)} -Message 'Easymail'`,
    '$connector = @{',
    settings.map((setting) => `  ${setting}`),
    '}',
    'New-SendConnector @connector',
  );
  return [
    { text: texts.exchangeShell, block: { syntax: 'powershell', content } },
    ...(logsIn ? [{ text: texts.passwordPrompt }] : []),
    ...(logsIn && name === LOGIN ? [{ text: texts.loginUnknown }] : []),
    ...streamSteps(facts, texts),
  ];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const connector = lines(
    '$connector = @{',
    "  Name = 'Easymail in'",
    '  Server = $env:COMPUTERNAME',
    "  TransportRole = 'FrontendTransport'",
    "  Usage = 'Custom'",
    "  Bindings = '0.0.0.0:25', '[::]:25'",
    `  RemoteIPRanges = ${powerShellList(facts.from)}`,
    "  PermissionGroups = 'AnonymousUsers'",
    "  AuthMechanism = 'Tls'",
    "  MaxInboundConnectionPerSource = 'Unlimited'",
    '  MaxInboundConnectionPercentagePerSource = 100',
    "  MessageRateLimit = 'Unlimited'",
    '}',
    'New-ReceiveConnector @connector',
  );
  const others = lines(
    "$default = $env:COMPUTERNAME + '\\Default Frontend ' + $env:COMPUTERNAME",
    "Set-ReceiveConnector $default -PermissionGroups 'ExchangeUsers', 'ExchangeServers', 'ExchangeLegacyServers'",
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.exchangeShell, block: { syntax: 'powershell', content: connector } },
    { text: texts.exchangeOthers, block: { syntax: 'powershell', content: others } },
    { text: texts.leaveAlone },
  ];
}
