/** Responds to a request with a file: ranges, validators, and faults. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Hit } from './faults.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.webmanifest': 'application/manifest+json',
};

export interface Answer {
  file: string;
  fault: Fault | null;
  hit: Hit;
  /** Resolves when stalled responses may continue. */
  released: Promise<void>;
}

export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const { file, fault, hit } = answer;
  if (fault?.kind === 'status') return end(response, hit, fault.status, `status ${fault.status}\n`);
  if (fault?.kind === 'html') {
    response.setHeader('Content-Type', 'text/html');
    return end(response, hit, 200, '<!doctype html><title>App</title>\n');
  }
  const stat = statSync(file);
  const size = fault?.kind === 'truncate' ? Math.min(fault.at, stat.size) : stat.size;
  const modified = new Date(stat.mtimeMs).toUTCString();
  const tag = createHash('sha1').update(`${file}:${stat.size}:${stat.mtimeMs}:${fault?.kind === 'changed'}`);
  const etag = `"${tag.digest('hex').slice(0, 16)}"`;
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('ETag', etag);
  response.setHeader('Last-Modified', modified);
  if (request.headers['if-none-match'] === etag) return end(response, hit, 304, '');

  const ranges = fault?.kind !== 'no-range';
  if (ranges) response.setHeader('Accept-Ranges', 'bytes');
  const fresh = [undefined, etag, modified].includes(request.headers['if-range'] as string | undefined);
  const range = ranges && fresh ? parseRange(request.headers.range, size) : null;
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return end(response, hit, 416, '');
  }
  const [from, to] = range ?? [0, size - 1];
  if (range) response.setHeader('Content-Range', `bytes ${from}-${to}/${size}`);
  response.setHeader('Content-Length', to - from + 1);
  hit.status = range ? 206 : 200;
  response.writeHead(hit.status);
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await send(response, answer, from, to);
}

async function send(response: ServerResponse, answer: Answer, from: number, to: number): Promise<void> {
  const { file, fault, hit, released } = answer;
  const stopAt = fault?.kind === 'stall' || fault?.kind === 'drop' ? fault.at : null;
  let offset = from;
  const step = fault?.kind === 'slow' ? Math.max(1, Math.ceil(fault.bytesPerSecond / 20)) : 1 << 18;
  for await (const block of createReadStream(file, { start: from, end: to, highWaterMark: step })) {
    let bytes = block as Buffer;
    if (fault?.kind === 'corrupt' && fault.at >= offset && fault.at < offset + bytes.length) {
      bytes[fault.at - offset] = ~(bytes[fault.at - offset] ?? 0);
    }
    if (stopAt !== null && stopAt < offset + bytes.length) {
      const before = bytes.subarray(0, Math.max(0, stopAt - offset));
      await write(response, hit, before);
      if (fault?.kind === 'drop') {
        response.destroy();
        return;
      }
      const gone = new Promise((resolve) => response.once('close', resolve));
      await Promise.race([released, gone]);
      bytes = bytes.subarray(before.length);
      offset += before.length;
    }
    if (response.destroyed) return;
    await write(response, hit, bytes);
    offset += bytes.length;
    if (fault?.kind === 'slow') await sleep(50);
  }
  response.end();
}

/** Waits until the connection has accepted the bytes, so that `drop` and `stall` happen at exactly their offset. */
async function write(response: ServerResponse, hit: Hit, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return;
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
  hit.bytes += bytes.length;
}

function end(response: ServerResponse, hit: Hit, status: number, body: string): void {
  hit.status = status;
  hit.bytes = body.length;
  response.writeHead(status);
  response.end(body);
}

function parseRange(header: string | undefined, size: number): [number, number] | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (!match[1] && !match[2])) return null;
  const from = match[1] ? Number(match[1]) : Math.max(0, size - Number(match[2]));
  const to = match[1] && match[2] ? Math.min(Number(match[2]), size - 1) : size - 1;
  return from > to ? 'unsatisfiable' : [from, to];
}
