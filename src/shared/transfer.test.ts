import { expose, proxy, wrap } from 'comlink';
import { expect, test } from 'vitest';
import { TteError } from './errors.ts';
import { packError, release, unpackError } from './transfer.ts';

test('a packed error is unpacked with class, code, name, stack and causes', () => {
  const error = new TteError('integrity', 'bad bytes', {
    cause: new SyntaxError('inner', { cause: { at: 1 } }),
  });
  const back = unpackError(structuredClone(packError(error))) as TteError;
  expect(back).toBeInstanceOf(TteError);
  expect(back).toMatchObject({
    code: 'integrity',
    name: 'TteError',
    message: 'bad bytes',
    stack: error.stack,
  });
  expect(back.cause).toMatchObject({ name: 'SyntaxError', message: 'inner', cause: '[object Object]' });
});

test('thrown values that are not errors are unpacked as they were, or as strings', () => {
  const cases: [unknown, unknown][] = [
    ['text', 'text'],
    [3, 3],
    [null, null],
    [undefined, undefined],
    [Symbol('s'), 'Symbol(s)'],
    [() => 1, '() => 1'],
  ];
  for (const [thrown, back] of cases) expect(unpackError(structuredClone(packError(thrown)))).toBe(back);
});

test('an error with a foreign code does not become a TteError; circular causes end', () => {
  const system = Object.assign(new Error('no file'), { code: 'ENOENT' });
  expect(unpackError(packError(system))).not.toBeInstanceOf(TteError);
  const circle = new Error('round');
  circle.cause = circle;
  expect(structuredClone(packError(circle))).toBeDefined();
});

test('release waits until every call has been received', async () => {
  const { port1, port2 } = new MessageChannel();
  const host = {
    async count(onNumber: (n: number) => void) {
      for (let i = 0; i < 50; i++) onNumber(i);
      await release(onNumber, null);
      return 'done';
    },
  };
  expose(host, port1);
  const seen: number[] = [];
  expect(await wrap<typeof host>(port2).count(proxy((n: number) => void seen.push(n)))).toBe('done');
  expect(seen).toHaveLength(50);
  port1.close();
});
