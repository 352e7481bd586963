/** A hub with one private model, and the storage of another origin that it redirects large files to, for tests. */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../paths.ts';

const MODEL = join(root, 'e2e/fixtures/models/tiny-bert-mean');
/** The model's id on the hub. */
export const PRIVATE_MODEL = 'me/private';

export interface HubHit {
  /** Path below the model's folder. */
  path: string;
  range: string | null;
  authorization: string | null;
  /** Of the header `x-key`. */
  key: string | null;
  status: number;
}

export interface PrivateHub {
  /** Ends in `/`. */
  readonly url: string;
  readonly storageUrl: string;
  /** Requests, without preflights: to the hub, and to its storage. */
  readonly hits: HubHit[];
  readonly stored: HubHit[];
  /** Answers requests with these headers only. */
  accept(authorization: string | null): void;
  /** Status of other requests. @default 401 */
  refuseWith(status: number): void;
  /** The next graph that is sent stalls in its middle, until the returned function breaks the connection. */
  stallOnce(): () => void;
  close(): Promise<void>;
}

export async function startPrivateHub({ redirects = false } = {}): Promise<PrivateHub> {
  const hits: HubHit[] = [];
  const stored: HubHit[] = [];
  let accepted: string | null = null;
  let refusal = 401;
  let stalls = false;
  let broken = () => {};

  function send(request: IncomingMessage, response: ServerResponse, path: string): number {
    const file = join(MODEL, path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return end(response, 404);
    const bytes = readFileSync(file);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const status = from > 0 ? 206 : 200;
    response.writeHead(status, {
      'Content-Length': bytes.length - from,
      ETag: '"1"',
      ...(from > 0 && { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    if (stalls && path.endsWith('.onnx')) {
      stalls = false;
      // In two pieces, because progress that follows other progress at once is not reported.
      response.write(bytes.subarray(from, bytes.length / 4));
      const rest = setTimeout(() => response.write(bytes.subarray(bytes.length / 4, bytes.length / 2)), 200);
      broken = () => {
        clearTimeout(rest);
        response.destroy();
      };
    } else response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
    return status;
  }

  function start(
    record: HubHit[],
    answer: (request: IncomingMessage, response: ServerResponse, path: string) => number,
  ) {
    const server = createServer((request, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, X-Key, Range');
      response.setHeader('Access-Control-Expose-Headers', 'ETag, Content-Range');
      if (request.method === 'OPTIONS') return void response.writeHead(204).end();
      const path = (request.url ?? '').replace(/^.*\/resolve\/main\//, '');
      const { range = null, authorization = null, 'x-key': key = null } = request.headers;
      const hit: HubHit = { path, range, authorization, key: key === null ? null : String(key), status: 0 };
      record.push(hit);
      hit.status = answer(request, response, path);
    });
    return new Promise<{ url: string; close: () => Promise<void> }>((resolve) => {
      server.listen(0, '127.0.0.1', () =>
        resolve({
          url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
          async close() {
            server.closeAllConnections();
            await new Promise((closed) => server.close(closed));
          },
        }),
      );
    });
  }

  const storage = await start(stored, send);
  const hub = await start(hits, (request, response, path) => {
    const { authorization = null } = request.headers;
    if (accepted !== null && authorization !== accepted) return end(response, refusal);
    if (!redirects || !path.endsWith('.onnx')) return send(request, response, path);
    return end(response, 302, { Location: `${storage.url}${PRIVATE_MODEL}/resolve/main/${path}` });
  });
  return {
    url: hub.url,
    storageUrl: storage.url,
    hits,
    stored,
    accept(authorization) {
      accepted = authorization;
    },
    refuseWith(status) {
      refusal = status;
    },
    stallOnce() {
      stalls = true;
      return () => broken();
    },
    async close() {
      await hub.close();
      await storage.close();
    },
  };
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): number {
  response.writeHead(status, headers).end();
  return status;
}
