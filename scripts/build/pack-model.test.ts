import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { seeded } from '../../workers/index/random.ts';
import { addBase } from '../../workers/storage/difference.ts';
import { packModel } from './pack-model.ts';

async function* once(bytes: Uint8Array) {
  yield bytes;
}

test('of files alike the later one is published as the difference from the first, and others whole', async () => {
  const random = seeded(7);
  const noise = (length: number) => Uint8Array.from({ length }, () => 256 * random());
  const first = noise(150_000);
  const alike = first.map((byte, i) => (i % 9 === 0 ? byte + 3 : byte));
  const contents = {
    'a.onnx': first,
    'b.onnx': alike,
    'c.onnx': noise(150_000),
    'd.onnx': first.subarray(1),
  };
  const folder = mkdtempSync(join(tmpdir(), 'tte-pack-'));
  const files = Object.fromEntries(
    Object.entries(contents).map(([path, { length }]) => [path, { bytes: length }]),
  );
  for (const [path, bytes] of Object.entries(contents)) writeFileSync(join(folder, path), bytes);
  writeFileSync(join(folder, 'tte.json'), JSON.stringify({ files }));
  const packed = packModel(folder);
  const told = JSON.parse(String(packed.get('tte.json'))).files;
  expect(Object.keys(told).map((path) => told[path].gzip.base)).toEqual([
    undefined,
    'a.onnx',
    undefined,
    undefined,
  ]);
  for (const [path, bytes] of Object.entries(contents)) {
    const content = packed.get(`${path}.gz`) as Buffer;
    expect(content.length).toBe(told[path].gzip.bytes);
    const unpacked = gunzipSync(content);
    const pieces: Uint8Array[] = [];
    const restored = path === 'b.onnx' ? addBase(once(unpacked), once(first)) : once(unpacked);
    for await (const piece of restored) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  }
  expect(packed.get('b.onnx.gz')?.length).toBeLessThan(50_000);
});
