/** Sessions on the WebGPU backend, using onnxruntime-web's API. */
import type { Ort } from './ort.ts';
import type { RawSession, Tensor, TensorType, ValueInfo } from './types.ts';

/** `onDevice` outputs stay in GPU buffers; the others are read back. @throws Error with the runtime's message */
export async function createWebGpuSession(
  ort: typeof Ort,
  device: GPUDevice,
  graph: { model: Uint8Array; externalData: { path: string; data: Uint8Array }[] },
  outputs: readonly string[],
  onDevice: (output: string) => boolean,
): Promise<RawSession> {
  const session = await ort.InferenceSession.create(graph.model, {
    executionProviders: [{ name: 'webgpu', device }],
    externalData: graph.externalData,
    graphOptimizationLevel: 'all',
    preferredOutputLocation: Object.fromEntries(
      outputs.map((name) => [name, onDevice(name) ? ('gpu-buffer' as const) : ('cpu' as const)]),
    ),
  });
  return {
    inputs: signatureOf(session.inputMetadata),
    outputs: signatureOf(session.outputMetadata),
    async run(feeds, fetch) {
      return (await session.run(feeds as Record<string, Ort.Tensor>, [...fetch])) as Record<string, Tensor>;
    },
    release: () => session.release(),
  };
}

function signatureOf(
  metadata: readonly Ort.InferenceSession.ValueMetadata[],
): ReadonlyMap<string, ValueInfo> {
  return new Map(
    metadata.flatMap((value) =>
      value.isTensor ? [[value.name, { type: value.type as TensorType, shape: value.shape }] as const] : [],
    ),
  );
}
