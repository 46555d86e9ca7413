// What is served over TCP besides the API: health for whoever restarts us, readiness for a load balancer, metrics for
// Prometheus, and the portal, to which links of ours lead.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../platform/log.ts';
import type { PortalFiles } from './portal-files.ts';

export interface HealthOptions {
  /** Why no mail should be sent here now; empty where all is well. */
  ready(): readonly string[] | Promise<readonly string[]>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Whether metrics, and the reasons for not being ready, are for this client. */
  mayRead(request: IncomingMessage): boolean;
  /** Answers any other path, and says whether it did. */
  portal: PortalFiles;
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
  if (known && request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, 'only GET is answered here\n');
  }
  if (path === '/healthz') return send(response, 200, 'ok\n');
  if (path === '/readyz') {
    const reasons = await options.ready();
    if (reasons.length === 0) return send(response, 200, 'ready\n');
    return send(response, 503, options.mayRead(request) ? `${reasons.join('\n')}\n` : 'not ready\n');
  }
  if (path === '/metrics' && !options.mayRead(request)) {
    return send(response, 403, 'metrics are not for this address; see http.metrics_from\n');
  }
  if (path === '/metrics')
    return send(response, 200, await options.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
  if (options.portal(request, response)) return;
  return send(response, 404, 'not found; there are /healthz, /readyz, /metrics and /api/docs\n');
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  });
  response.end(text);
}
