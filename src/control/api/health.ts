// What is served over TCP: health for whoever restarts us, readiness for a load balancer, metrics for Prometheus, and a
// page where there is one.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../platform/log.ts';

export interface HealthOptions {
  /** Why no mail should be sent here now; empty where all is well. */
  ready(): readonly string[] | Promise<readonly string[]>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Answers any other path, and says whether it did. */
  page?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
  log: Log;
}

/** The handler of the TCP listener. */
export function healthHandler(options: HealthOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(options, request, response).catch((err: unknown) => {
      options.log.error('http request failed', { err, path: request.url });
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end('internal error\n');
    });
  };
}

async function answer(options: HealthOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  const known = path === '/healthz' || path === '/readyz' || path === '/metrics';
  if (!known && options.page !== undefined && (await options.page(request, response))) return;
  if (known && request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, 'only GET is answered here\n');
  }
  if (path === '/healthz') return send(response, 200, 'ok\n');
  if (path === '/readyz') {
    const reasons = await options.ready();
    return reasons.length === 0 ? send(response, 200, 'ready\n') : send(response, 503, `${reasons.join('\n')}\n`);
  }
  if (path === '/metrics')
    return send(response, 200, await options.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
  return send(response, 404, 'not found; there are /healthz, /readyz and /metrics\n');
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text);
}
