// A thread that lives as long as one build of the directory's base: a million facts take seconds, and main has requests
// to answer meanwhile.

import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { buildDirectoryBase } from '../../mail/authorise/directory-base.ts';
import { streamFacts } from '../database/facts.ts';

const { path } = workerData as { path: string };
const database = new DatabaseSync(path, { readOnly: true });
database.exec('begin'); // one moment of the database, however long it takes
const base = buildDirectoryBase(streamFacts(database));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a MessagePort has no origin
parentPort?.postMessage(base);
database.close();
