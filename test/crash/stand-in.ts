// A program that keeps rows and files as the queue does, for the proof that the recorder sees what it must see.
// `node stand-in.ts FOLDER ROUNDS FAULT`: says 250 after each commit. FAULT names what it does wrong.

import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const [folder = '.', rounds = '50', fault = 'none'] = process.argv.slice(2);
const database = new DatabaseSync(`${folder}/rows.db`);
database.exec(`pragma page_size = 8192; pragma journal_mode = wal; pragma wal_autocheckpoint = 40`);
database.exec(`pragma synchronous = ${fault === 'synchronous-normal' ? 'normal' : 'full'}`);
database.exec('create table if not exists row (id text primary key, body blob, file text)');
const insert = database.prepare('insert into row values (?, ?, ?)');
mkdirSync(`${folder}/files`, { recursive: true });

function syncFolder(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
syncFolder(folder);

function writeFile(name: string, id: string): void {
  const handle = openSync(`${folder}/files/${name}`, 'wx');
  writeSync(handle, Buffer.from(id.repeat(3000)));
  if (fault !== 'file-without-sync') fsyncSync(handle);
  closeSync(handle);
  if (fault !== 'name-without-sync') syncFolder(`${folder}/files`);
}

for (let round = 0; round < Number(rounds); round++) {
  const ids = Array.from({ length: 5 }, (_, index) => `r${round}i${index}`);
  const said = () => writeSync(1, ids.map((id) => `250 2.0.0 Ok: queued as ${id}\r\n`).join(''));
  if (fault === 'says-too-early') said();
  for (const id of ids) if (id.endsWith('i4')) writeFile(id, id);
  database.exec('begin immediate');
  for (const id of ids) insert.run(id, Buffer.alloc(3000, id), id.endsWith('i4') ? id : null);
  database.exec('commit');
  if (fault !== 'says-too-early') said();
}
