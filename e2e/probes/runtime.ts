/** The behaviour of the WASM runtime, on a small graph from the server. */
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import type { GraphSession, Runtime, Tensor } from '../../workers/runtime/types.ts';
import { servedFolder } from './served-folder.ts';

const { signal } = new AbortController();

const folder = servedFolder('/models/tiny-bert-mean/', 'fp32', 'onnx/model.onnx');

let runtime: Runtime;
let session: GraphSession;

export async function open(threads: number): Promise<void> {
  runtime = browserPlatform.runtimes.openCpu({ threads });
  session = await runtime.open({ folder, session: 'model', dtypes: { model: 'fp32' }, signal });
}

const tensor = (values: number[]) =>
  runtime.tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
const feeds = (ids: number[]): Record<string, Tensor> => ({
  input_ids: tensor(ids),
  attention_mask: tensor(ids.map(() => 1)),
  token_type_ids: tensor(ids.map(() => 0)),
});

export async function run(ids: number[]): Promise<number[]> {
  const { last_hidden_state: states } = await session.run(feeds(ids), ['last_hidden_state']);
  const data = (await states?.getData()) as Float32Array;
  states?.dispose();
  states?.dispose(); // a second call must do nothing
  return [...data];
}

/** Runs the session with invalid feeds, which it must reject. */
export async function refuse(what: 'missing' | 'unknown' | 'type' | 'rank' | 'id'): Promise<never> {
  const good = feeds([2, 42, 3]);
  const { token_type_ids: _, ...missing } = good;
  const bad = {
    missing,
    unknown: { ...good, position_ids: tensor([0, 1, 2]) },
    type: { ...good, input_ids: runtime.tensor('int32', Int32Array.of(2, 42, 3), [1, 3]) },
    rank: { ...good, input_ids: runtime.tensor('int64', BigInt64Array.of(2n, 42n, 3n), [3]) },
    id: { ...good, input_ids: tensor([2, 4242, 3]) }, // rejected by the runtime during the run
  }[what];
  await session.run(bad);
  throw new Error('it ran');
}

/** Reads a result after it was disposed. */
export async function readDisposed(): Promise<unknown> {
  const { last_hidden_state: states } = await session.run(feeds([2, 3]));
  states?.dispose();
  return states?.getData();
}

/** Ends the runtime's threads; another runtime can be started afterwards. */
export function dispose(): void {
  runtime.dispose();
}
