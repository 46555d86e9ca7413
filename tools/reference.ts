// Writes docs/reference and the portal's types from the code, or with --check says which page has drifted. One generator
// a page.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { configurationReference } from './reference/configuration.ts';
import { eventsReference } from './reference/events.ts';
import { metricsReference } from './reference/metrics.ts';
import { portalOperations } from './reference/portal-operations.ts';
import { repliesReference } from './reference/replies.ts';
import { rfcReference } from './reference/rfcs.ts';
import { webhookEventsReference } from './reference/webhook-events.ts';

const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  'configuration.md': configurationReference,
  'events.md': eventsReference,
  'metrics.md': metricsReference,
  'replies.md': repliesReference,
  'rfcs.md': rfcReference,
  'webhook-events.md': webhookEventsReference,
  '../../portal/src/api/operations.ts': portalOperations,
};

const folder = new URL('../docs/reference/', import.meta.url);
const checking = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });
for (const [name, generate] of Object.entries(PAGES)) {
  const page = new URL(name, folder);
  const text = await generate();
  if (!checking) {
    writeFileSync(page, text);
  } else if (read(page) !== text) {
    console.error(`${page.pathname.split('/').slice(-3).join('/')} is not what the code says; run "npm run reference"`);
    process.exitCode = 1;
  }
}

function read(page: URL): string {
  try {
    return readFileSync(page, 'utf8');
  } catch {
    return '';
  }
}
