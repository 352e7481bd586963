/** Sessions on WASM over a file's own graph, 4-bit products and all: what the rewrite is compared with. */
import type { Dtype } from '../../src/shared/types.ts';
import { rewriteGraph } from '../../workers/graph/rewrite.ts';
import { instantiateWasm } from '../../workers/runtime/ort.ts';
import { checkedSession } from '../../workers/runtime/session.ts';
import type { GraphSession, OpenOptions } from '../../workers/runtime/types.ts';
import { createWasmSession } from '../../workers/runtime/wasm-session.ts';

export async function openPlain(options: OpenOptions): Promise<GraphSession> {
  const { folder, session, dtypes, nextToken = false, signal } = options;
  const core = await instantiateWasm(1);
  const path = folder.descriptor.sessions[session]?.[dtypes[session] as Dtype]?.path ?? '';
  // The form for WebGPU is the graph as it is.
  const graph = await rewriteGraph({
    model: folder.chunks(path, signal),
    target: 'webgpu',
    nextToken,
    signal,
  });
  return checkedSession(await createWasmSession(core, { ...graph }), session, () => null);
}
