/** Two sessions of the WebGPU runtime at work at once, on a small graph from the server. */
import { browserPlatform } from '../../workers/platform/browser/platform.ts';
import type { GraphSession, Runtime } from '../../workers/runtime/types.ts';
import { servedFolder } from './served-folder.ts';

const { signal } = new AbortController();
const folder = servedFolder('/models/tiny-bert-mean/', 'fp32', 'onnx/model.onnx');

const TEXTS = [
  [2, 42, 56, 3],
  [2, 17, 3],
  [2, 99, 98, 97, 96, 95, 94, 3],
  [2, 1, 3],
];

/** The same texts one after the other, and all at once on two sessions while a third is opened and a run is refused. */
export async function compare(): Promise<{ alone: number[][]; together: number[][]; refused: string }> {
  const gpu = await browserPlatform.runtimes.openGpu();
  const runtime = await gpu.open();
  const open = () => runtime.open({ folder, session: 'model', dtypes: { model: 'fp32' }, signal });
  const sessions = [await open(), await open()] as const;
  const alone: number[][] = [];
  for (const ids of TEXTS) alone.push(await statesOf(runtime, sessions[0], ids));
  const refusing = statesOf(runtime, sessions[1], [2, 4242, 3]).then(
    () => 'it ran',
    (error: Error) => error.message,
  );
  const opening = open();
  const together = await Promise.all(
    [...TEXTS, ...TEXTS].map((ids, i) => statesOf(runtime, sessions[i % 2] as GraphSession, ids)),
  );
  const third = await opening;
  together.push(await statesOf(runtime, third, TEXTS[0] as number[]));
  await Promise.all([...sessions, third].map((session) => session.release()));
  const refused = await refusing;
  runtime.dispose();
  return { alone, together, refused };
}

async function statesOf(runtime: Runtime, session: GraphSession, ids: number[]): Promise<number[]> {
  const tensor = (values: number[]) =>
    runtime.tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const { last_hidden_state: states } = await session.run(
    {
      input_ids: tensor(ids),
      attention_mask: tensor(ids.map(() => 1)),
      token_type_ids: tensor(ids.map(() => 0)),
    },
    ['last_hidden_state'],
  );
  const data = (await states?.getData()) as Float32Array;
  return [...data];
}
