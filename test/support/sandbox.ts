// The sandbox as a newcomer starts it: no configuration, in an empty folder.

import { freePorts } from './ports.ts';
import { type Running, startProcess } from './processes.ts';

const PROGRAM = new URL('../../bin/easymail', import.meta.url).pathname;

export interface RunningSandbox extends AsyncDisposable {
  readonly smtp: number;
  /** Of the API and the portal. */
  readonly url: string;
  readonly http: number;
  readonly running: Running;
}

/** Starts it; resolves once it takes mail. */
export async function startSandbox(folder: string, env: Record<string, string> = {}): Promise<RunningSandbox> {
  const [smtp = 0, http = 0] = await freePorts(2);
  const running = startProcess(PROGRAM, ['start'], {
    name: 'easymail',
    cwd: folder,
    env: {
      EASYMAIL_LISTENER__0__ADDRESS: `127.0.0.1:${smtp}`,
      EASYMAIL_HTTP__ADDRESS: `127.0.0.1:${http}`,
      EASYMAIL_CONFIG: '',
      ...env,
    },
  });
  try {
    await running.waitForLine(/"msg":"ready"/, 20_000);
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
  return {
    smtp,
    http,
    url: `http://localhost:${http}`,
    running,
    [Symbol.asyncDispose]: async () => void (await running.stop()),
  };
}
