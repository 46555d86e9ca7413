// What the English catalogues hold: the types of all words. Others have the same keys (a test sees to it).

import type access from './words/en/access.json';
import type customers from './words/en/customers.json';
import type finder from './words/en/finder.json';
import type governance from './words/en/governance.json';
import type holding from './words/en/holding.json';
import type joining from './words/en/joining.json';
import type messages from './words/en/messages.json';
import type panel from './words/en/panel.json';
import type parts from './words/en/parts.json';
import type protection from './words/en/protection.json';
import type replies from './words/en/replies.json';
import type sandbox from './words/en/sandbox.json';
import type service from './words/en/service.json';
import type shell from './words/en/shell.json';

export declare const resources: {
  shell: typeof shell;
  parts: typeof parts;
  messages: typeof messages;
  panel: typeof panel;
  service: typeof service;
  holding: typeof holding;
  joining: typeof joining;
  customers: typeof customers;
  access: typeof access;
  protection: typeof protection;
  governance: typeof governance;
  replies: typeof replies;
  sandbox: typeof sandbox;
  finder: typeof finder;
};

/** A file of each language. */
export type Catalogue = keyof typeof resources;
