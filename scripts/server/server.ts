/** The web server that `npm start`, the tests and the benchmarks use. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaultState, type FaultRule, type FaultState, type FaultyOrigin, type Hit } from './faults.ts';
import { fileOf } from './files.ts';
import { respond } from './respond.ts';

const HEADERS: Record<string, string> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** The strictest policy that the demo works with: own origin only, WebAssembly, pictures from blobs. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  'report-uri /csp-report',
].join('; ');
/** In benchmarks transformers.js starts the runtime from a blob, and fetches blobs. */
const BENCH_POLICY = POLICY.replace(/(script|connect)-src 'self'/g, '$& blob:');

export interface WebServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Every request so far, including those that failed by a fault rule. */
  readonly hits: readonly Hit[];
  /** Reports of policy violations; a correct page causes none. */
  readonly violations: readonly string[];
  /** Opens a copy of the origin with faults. */
  fault(rules: readonly FaultRule[]): FaultyOrigin;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** @default any free port */
  port?: number;
  /** Further origins that pages may fetch from, such as `https://huggingface.co`. */
  connect?: readonly string[];
  /** Further folders by URL path, such as `/data/photos/`. */
  folders?: Readonly<Record<string, string>>;
  /** False: sends neither isolation headers nor a policy, like a host on which no headers can be set. @default true */
  headers?: boolean;
}

export async function startServer({
  port = 0,
  connect = [],
  folders = {},
  headers = true,
}: ServerOptions = {}): Promise<WebServer> {
  const policy = POLICY.replace("connect-src 'self'", ["connect-src 'self'", ...connect].join(' '));
  const hits: Hit[] = [];
  const violations: string[] = [];
  const faulty = new Map<string, FaultState>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers ? HEADERS : {})) response.setHeader(name, value);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const bench = url.pathname.startsWith('/bench/');
    if (headers) response.setHeader('Content-Security-Policy', bench ? BENCH_POLICY : policy);
    if (url.pathname === '/csp-report') {
      violations.push(await bodyOf(request));
      response.writeHead(204).end();
      return;
    }
    const [, id, rest] = /^\/fault\/(\d+)(\/.*)$/.exec(url.pathname) ?? [];
    const state = id === undefined ? undefined : faulty.get(id);
    const path = rest ?? url.pathname;
    const hit: Hit = { path: url.pathname, range: request.headers.range ?? null, status: 404, bytes: 0 };
    hits.push(hit);
    state?.hits.push(hit);
    const file = fileOf(path, folders);
    if (!file) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
      return;
    }
    const released = state?.released ?? Promise.resolve();
    await respond(request, response, { file, fault: state?.take(path) ?? null, hit, released });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    violations,
    fault(rules) {
      const id = String(faulty.size + 1);
      const state = createFaultState(`/fault/${id}`, rules);
      faulty.set(id, state);
      return state;
    },
    async close() {
      for (const state of faulty.values()) state.release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
