// Microsoft 365: connectors of Exchange Online, in its PowerShell, with the way through the admin center beside it.

import { domainList, lastSections, outSteps, streamSteps } from './common-steps.ts';
import { ADDRESS, type GuideFacts, lines, SECRET, type Section, type Step } from './guide.ts';
import { powerShellList, powerShellWord } from './quote.ts';
import type { GuideTexts } from './texts.ts';

/** The sections of the guide. */
export function microsoft365Guide(facts: GuideFacts, texts: GuideTexts): Section[] {
  return [
    { heading: texts.headings.out, steps: [...outSteps(facts, texts), ...outgoing(facts, texts)] },
    ...(facts.inbound.length > 0 ? [{ heading: texts.headings.in, steps: incoming(facts, texts) }] : []),
    // Its firewall is Microsoft's.
    ...lastSections(facts, texts).filter(({ heading }) => heading !== texts.headings.firewall),
  ];
}

function outgoing(facts: GuideFacts, texts: GuideTexts): Step[] {
  const { relay, proof } = facts;
  const host = powerShellWord(relay.host);
  const tls = relay.tls === 'none' ? [] : ["  TlsSettings = 'DomainValidation'", `  TlsDomain = ${host}`];
  const connector = lines(
    '$connector = @{',
    "  Name = 'Easymail'",
    "  ConnectorType = 'Partner'",
    "  RecipientDomains = '*'",
    '  UseMXRecord = $false',
    `  SmartHosts = ${host}`,
    tls,
    '  Enabled = $true',
    '}',
    'New-OutboundConnector @connector',
  );
  const steps: Step[] = [
    { text: texts.onlineShell, block: { syntax: 'powershell', content: connector } },
    { text: texts.onlineCenterOut },
  ];
  if (relay.port !== 25) steps.unshift({ text: texts.onlinePort(relay.port) });
  if (proof.kind === 'login') steps.push({ text: texts.onlineNoLogin });
  if (proof.kind === 'secret') {
    const rule = lines(
      '$rule = @{',
      "  Name = 'Easymail'",
      "  FromScope = 'InOrganization'",
      "  SentToScope = 'NotInOrganization'",
      `  SetHeaderName = ${powerShellWord(proof.field)}`,
      `  SetHeaderValue = ${powerShellWord(SECRET)}`,
      '}',
      'New-TransportRule @rule',
    );
    steps.push({ text: texts.secretRule(proof.field), block: { syntax: 'powershell', content: rule } });
  }
  return [...steps, ...streamSteps(facts, texts)];
}

function incoming(facts: GuideFacts, texts: GuideTexts): Step[] {
  const v4 = facts.from.filter((ip) => !ip.includes(':'));
  const connector = lines(
    '$connector = @{',
    "  Name = 'Easymail in'",
    "  ConnectorType = 'Partner'",
    "  SenderDomains = '*'",
    `  SenderIPAddresses = ${powerShellList(v4.length > 0 ? v4 : [ADDRESS])}`,
    '  RestrictDomainsToIPAddresses = $true',
    '  RequireTls = $true',
    // Its own checks look at the server before the relay, as if that had handed the mail in.
    '  EFSkipLastIP = $true',
    '  Enabled = $true',
    '}',
    'New-InboundConnector @connector',
  );
  return [
    { text: texts.in(domainList(facts.inbound)) },
    { text: texts.onlineShell, block: { syntax: 'powershell', content: connector } },
    ...(v4.length < facts.from.length ? [{ text: texts.onlineOnlyIpv4 }] : []),
    { text: texts.onlineCenterIn },
  ];
}
