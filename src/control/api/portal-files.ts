// The portal's files as they were built, served from memory: a path is a name in a list, never a way into the disk.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** What loads nothing from elsewhere, runs no script but ours, and is shown in nobody's frame. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self)',
  'x-frame-options': 'DENY',
} as const;

/** Styles that the script makes carry the nonce; mail in its frame keeps the styles of its elements, and no others. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const NOT_BUILT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Easymail</title></head><body>
<h1>The portal is not built</h1><p>Mail flows without it. Run <code>npm run portal</code> in Easymail's folder and start the relay again; <code>npm start</code> does it by itself. The <a href="/api/docs">API</a> answers all the same.</p></body></html>`;

const HSTS_SECONDS = 365 * 86_400;

interface Asset {
  type: string;
  plain: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  tag: string;
}

/** Answers a request for the portal, and says whether it did. */
export type PortalFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Reads what was built into `folder`. Any path without a file is the portal's page: it knows its own addresses. `url`:
 * `http.url`; over https browsers are told to stay with it (RFC 6797).
 */
export function openPortalFiles(folder: string, url: string): PortalFiles {
  const assets = readAssets(folder);
  const pageFile = join(folder, 'index.html');
  const page = existsSync(pageFile) ? readFileSync(pageFile, 'utf8') : undefined;
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const asset = assets.get(path);
    if (asset !== undefined) {
      sendAsset(asset, request, response);
      return true;
    }
    if (path.startsWith('/assets/')) return false;
    if (url.startsWith('https:')) response.setHeader('strict-transport-security', `max-age=${HSTS_SECONDS}`);
    sendPage(page, request, response);
    return true;
  };
}

function readAssets(folder: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of globSync('assets/*.{js,css,svg,json,woff2}', { cwd: folder })) {
    const plain = readFileSync(join(folder, name));
    assets.set(`/${name}`, {
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      plain,
      gzip: packed(`${join(folder, name)}.gz`, () => gzipSync(plain)),
      brotli: packed(`${join(folder, name)}.br`, () =>
        brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
      ),
      tag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 20)}"`,
    });
  }
  return assets;
}

function packed(file: string, make: () => Buffer): Buffer {
  return existsSync(file) ? readFileSync(file) : make();
}

function sendAsset(asset: Asset, request: IncomingMessage, response: ServerResponse): void {
  const common = {
    ...HEADERS,
    etag: asset.tag,
    vary: 'accept-encoding',
    // Its name changes with what it holds.
    'cache-control': 'public, max-age=31536000, immutable',
  };
  if (request.headers['if-none-match'] === asset.tag) {
    response.writeHead(304, common).end();
    return;
  }
  const accepted = request.headers['accept-encoding'] ?? '';
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
  const body = encoding === 'br' ? asset.brotli : encoding === 'gzip' ? asset.gzip : asset.plain;
  response.writeHead(200, {
    ...common,
    'content-type': asset.type,
    'content-length': body.length,
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function sendPage(page: string | undefined, request: IncomingMessage, response: ServerResponse): void {
  const nonce = randomBytes(16).toString('base64url');
  const body = (page ?? NOT_BUILT).replaceAll('{{nonce}}', nonce);
  response.writeHead(page === undefined ? 503 : 200, {
    ...HEADERS,
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policyOf(nonce),
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
