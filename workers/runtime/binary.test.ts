import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { compileBinary, fetchBinary } from './binary.ts';

/** The smallest module. */
const MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const URL = 'https://page.test/runtime/ort.wasm.gz';

function host(body: Uint8Array<ArrayBuffer> | string | ReadableStream, init: ResponseInit = {}) {
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

function inPieces(bytes: Uint8Array, size: number): ReadableStream {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.slice(i * size, (i + 1) * size),
  );
  return new ReadableStream({
    pull(controller) {
      const next = pieces.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
  });
}

const compile = async () => compileBinary(URL, await fetchBinary(URL));

afterEach(() => vi.unstubAllGlobals());

test('what is compressed is unpacked, what the browser has unpacked is taken as it is, whatever the host calls it', async () => {
  const packed = new Uint8Array(gzipSync(MODULE));
  for (const body of [MODULE, packed]) {
    for (const type of ['application/gzip', 'application/octet-stream', 'text/plain']) {
      for (const size of [1, 3, 1000]) {
        host(inPieces(body, size), { headers: { 'Content-Type': type } });
        expect(await compile()).toBeInstanceOf(WebAssembly.Module);
      }
    }
  }
});

test('the first piece is passed on as it is: it may be megabytes', async () => {
  const piece = new Uint8Array([...MODULE, ...new Uint8Array(100)]);
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(piece);
      controller.close();
    },
  });
  vi.stubGlobal('fetch', async () => ({ ok: true, body }));
  const { value } = await (await fetchBinary(URL)).getReader().read();
  expect(value).toBe(piece);
});

test('a host that answers with its page, with nothing, or not at all: the error names the URL and what to do', async () => {
  const failures: [() => void, string][] = [
    [() => host('\n<!doctype html><title>App</title>'), 'answers with a page of HTML'],
    [() => host('', { status: 404 }), 'answers 404'],
    [() => host(''), 'is not a WebAssembly binary'],
    [() => vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch'))), 'Failed to fetch'],
    [() => host(new Uint8Array(gzipSync(MODULE)).slice(0, 20)), 'did not arrive whole'],
  ];
  for (const [make, how] of failures) {
    make();
    const error = await compile().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'download-failed' });
    for (const part of [URL, how, 'assetsUrl']) expect((error as Error).message).toContain(part);
  }
});
