// Kinds of data that people make of the trace: links, saved searches, exports.

import type { DataKind } from './data-kind.ts';

export const MESSAGE_KINDS: readonly DataKind[] = [
  {
    kind: 'links to messages',
    holds: 'who made a link to which message, and until when; a hash of the link itself',
    of: ['employees of the controller', "operator's staff"],
    categories: ['electronic identification', 'authentication'],
    store: 'control',
    where: 'control.db: message_share',
    purposes: ['provide the service', 'detect, prevent and limit fraud'],
    keptMs: ({ retention }) => retention.records,
    until: 'after its end',
    drop: { by: 'rows', table: 'message_share', column: 'expires_at' },
    erasure: 'it holds no address of end users',
  },
  {
    kind: 'saved searches',
    holds: 'searches that people keep; addresses that they look for',
    of: ['employees of the controller', "operator's staff", 'end users'],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: saved_search',
    purposes: ['provide the service'],
    keptMs: () => null,
    until: 'the person deletes it, or is removed',
    drop: { by: 'itself', how: 'by hand, and with the person' },
    erasure: 'yes',
  },
  {
    kind: 'exports of searches',
    holds: 'what a search of the trace found, as a table; who asked for it',
    of: ['end users', 'employees of the controller', "operator's staff"],
    categories: ['electronic identification'],
    store: 'control',
    where: 'control.db: message_export; exports/',
    purposes: ['provide the service'],
    keptMs: ({ retention }) => retention.exports,
    until: 'after the export was made',
    drop: { by: 'rows', table: 'message_export', column: 'ended_at' },
    erasure: 'yes',
  },
];
