import { compress, init } from '@bokuweb/zstd-wasm';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { compileBinary, fetchBinary } from './binary.ts';

/** The smallest module. */
const MODULE = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
const URL = 'https://page.test/runtime/ort.wasm.zst';

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

/** A connection that ends in the middle. */
function breakingOff(bytes: Uint8Array): ReadableStream {
  let pulls = 0;
  return new ReadableStream({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(bytes.slice(0, 10));
      else controller.error(new TypeError('network error'));
    },
  });
}

const packed = (bytes: Uint8Array) => new Uint8Array(compress(bytes, 3));
beforeAll(() => init());

const compile = async () => compileBinary(URL, await fetchBinary(URL));

afterEach(() => vi.unstubAllGlobals());

test('what is compressed is unpacked, what the browser has unpacked is taken as it is, whatever the host calls it', async () => {
  for (const body of [MODULE, packed(MODULE)]) {
    for (const type of ['application/zstd', 'application/octet-stream', 'text/plain']) {
      for (const size of [1, 3, 1000]) {
        host(inPieces(body, size), { headers: { 'Content-Type': type } });
        expect(await compile()).toBeInstanceOf(WebAssembly.Module);
      }
    }
  }
});

test('megabytes come out as they went in, call by call', async () => {
  const module = new Uint8Array(3_000_000).map((_, i) => (i * i) >> 7);
  module.set(MODULE);
  for (let i = 0; i < 2; i++) {
    host(packed(module));
    expect(Buffer.compare(await fetchBinary(URL), module)).toBe(0);
  }
});

test('a host that answers with its page, with nothing, or not at all: the error names the URL and what to do', async () => {
  const failures: [() => void, string][] = [
    [() => host('\n<!doctype html><title>App</title>'), 'answers with a page of HTML'],
    [() => host('', { status: 404 }), 'answers 404'],
    [() => host(''), 'is not a WebAssembly binary'],
    [() => vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch'))), 'Failed to fetch'],
    [() => host(packed(MODULE).slice(0, -3)), 'did not arrive whole'],
    [() => host(packed(MODULE).slice(0, 4)), 'did not arrive whole'],
    [() => host(packed(MODULE).fill(255, 6)), 'did not arrive whole'],
    [() => host(breakingOff(packed(MODULE))), 'did not arrive whole'],
  ];
  for (const [make, how] of failures) {
    make();
    const error = await compile().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'download-failed' });
    for (const part of [URL, how, 'assetsUrl']) expect((error as Error).message).toContain(part);
  }
});
