// Steps that the guides of all servers share.

import type { GuideFacts, Section, Step } from './guide.ts';
import { lines } from './guide.ts';
import { oneLine } from './quote.ts';
import type { GuideTexts } from './texts.ts';

/** How mail goes out, in a sentence or two. */
export function outSteps({ relay, proof }: GuideFacts, texts: GuideTexts): Step[] {
  const steps: Step[] = [{ text: texts.out(relay.host, relay.port) }];
  if (relay.tls === 'none') steps[0] = { text: texts.outWithoutTls };
  if (proof.kind === 'header') steps.push({ text: texts.providerHeader(proof.field) });
  return steps;
}

/** Header fields that lead mail into streams; what sets them is an application, not the server. */
export function streamSteps({ streams }: GuideFacts, texts: GuideTexts): Step[] {
  return streams.map(({ name, header, value }) => ({
    text: texts.stream(name),
    block: { syntax: 'text', content: lines(`${header}: ${oneLine(value)}`) },
  }));
}

/** Firewall and test. */
export function lastSections(facts: GuideFacts, texts: GuideTexts): Section[] {
  const { relay, from, inbound, outbound, test } = facts;
  const firewall: Step[] = [];
  if (inbound.length > 0) {
    firewall.push({ text: texts.letIn, block: { syntax: 'text', content: lines(from) } });
  }
  firewall.push({ text: texts.letOut(relay.host, relay.port) });
  const [domain] = outbound;
  const tests: Step[] = [];
  if (domain !== undefined) tests.push({ text: test === undefined ? texts.testAnywhere : texts.test(domain, test) });
  if (inbound.length > 0) tests.push({ text: texts.testInbound });
  return [
    { heading: texts.headings.firewall, steps: firewall },
    { heading: texts.headings.test, steps: tests },
  ].filter(({ steps }) => steps.length > 0);
}

/** Domains in a sentence. */
export function domainList(domains: readonly string[]): string {
  return domains.length > 5 ? `${domains.slice(0, 5).join(', ')}, …` : domains.join(', ');
}
