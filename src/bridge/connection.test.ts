import { expect, test } from 'vitest';
import { fakeEmbedding, fakeWorker } from '../../e2e/bridge/fake-worker.ts';
import { TteError } from '../shared/errors.ts';
import { connect, type Host } from './connection.ts';

const TICK_MS = 4;
const never = () => new Promise<never>(() => {});
const storage = (host: Host) => host.storage();
const embed = (host: Host) =>
  host.embed(
    1,
    { images: [], layout: 'none', text: 'a', instruction: '' },
    { think: 'never', role: 'query' },
    null,
  );

test('a worker that answers pings may take any time', async () => {
  const slow = () => new Promise<never>((_, reject) => setTimeout(() => reject(new Error('finished')), 200));
  const connection = connect(fakeWorker({ storage: slow }), () => {}, TICK_MS);
  await expect(connection.run(storage)).rejects.toThrow('finished');
  connection.end(new TteError('disposed', ''));
});

test('a hanging worker is terminated, but only while a call is pending', async () => {
  const silent = () => new Promise<never>(() => {});
  let ends = 0;
  const worker = fakeWorker({ storage: silent, ping: silent as never, embed: async () => fakeEmbedding() });
  const connection = connect(worker, () => ends++, TICK_MS);
  await connection.run(embed);
  await new Promise((resolve) => setTimeout(resolve, 30 * TICK_MS));
  expect(worker.terminated).toBe(false);
  await expect(connection.run(storage)).rejects.toMatchObject({ code: 'worker-died' });
  expect(worker.terminated).toBe(true);
  await expect(connection.run(storage)).rejects.toMatchObject({ code: 'worker-died' });
  connection.cancel(1);
  connection.end(new TteError('disposed', ''));
  expect(ends).toBe(1);
});

test.each(['0.0.9', undefined])(
  'a worker of another version (%s) is not talked to: the call rejects and says why',
  async (version) => {
    let calls = 0;
    const storage = async () => {
      calls++;
      return never();
    };
    const worker = fakeWorker({ storage, version: version as string });
    worker.explain = async (found) => `it is of version ${found}`;
    const connection = connect(worker, () => {});
    const failure = {
      code: 'download-failed',
      message: expect.stringContaining(`version ${version ?? 'unknown'}`),
    };
    await expect(connection.run((host) => host.storage())).rejects.toMatchObject(failure);
    expect([calls, worker.terminated]).toEqual([0, true]);
    await expect(connection.run((host) => host.storage())).rejects.toMatchObject(failure);
  },
);
