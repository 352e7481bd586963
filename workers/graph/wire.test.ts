import { expect, test } from 'vitest';
import { byteStream } from './byte-stream.ts';
import { fields, float32, message, readVarint, string, varints } from './wire.ts';

test('fields are read as they were written', () => {
  const inner = message().string(1, 'grüße').varint(2, 300);
  const bytes = message()
    .varint(1, 0)
    .varint(16, -1)
    .varint(3, 2 ** 40 + 5)
    .float(4, 1.5)
    .bytes(5, inner)
    .finish();
  const found = [...fields(bytes)];
  expect(found.map(({ number, value }) => [number, value])).toEqual([
    [1, 0],
    [16, -1],
    [3, 2 ** 40 + 5],
    [4, 0],
    [5, 0],
  ]);
  expect(float32(found[3]!.bytes)).toBe(1.5);
  const [text, number] = [...fields(found[4]!.bytes)];
  expect(string(text!.bytes)).toBe('grüße');
  expect(number!.value).toBe(300);
});

test('the encoding equals that of protocol buffers', () => {
  expect([...message().varint(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...message().string(2, 'testing').finish()]).toEqual([
    0x12,
    7,
    ...new TextEncoder().encode('testing'),
  ]);
  expect([...message().varint(1, -2).finish()]).toEqual([0x08, 0xfe, ...Array(8).fill(0xff), 0x01]);
});

test('repeated numbers are read both packed and as single fields', () => {
  const packed = [...fields(Uint8Array.of(0x0a, 3, 1, 0x96, 1))][0]!;
  expect(varints(packed)).toEqual([1, 150]);
  const single = [...fields(Uint8Array.of(0x08, 7))][0]!;
  expect(varints(single)).toEqual([7]);
});

test('broken messages are refused', () => {
  expect(() => [...fields(Uint8Array.of(0x0a, 9, 1))]).toThrow('ends behind its message');
  expect(() => readVarint(Uint8Array.of(0x80, 0x80), 0)).toThrow('unfinished varint');
  expect(() => [...fields(Uint8Array.of(0x0b))]).toThrow('wire type 3');
});

test('a stream reads across chunks and reports where it ends', async () => {
  const chunks = [[1, 2], [], [3], [0x96, 0x01, 9]].map((part) => Uint8Array.from(part));
  const stream = byteStream(chunks);
  expect([...(await stream.read(3))]).toEqual([1, 2, 3]);
  expect(await stream.varint()).toBe(150);
  expect(stream.position).toBe(5);
  expect(await stream.ended()).toBe(false);
  await expect(stream.read(2)).rejects.toThrow('1 bytes too early');
  expect(await stream.ended()).toBe(true);
});
