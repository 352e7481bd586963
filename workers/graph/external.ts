// Reads external weights, in the order in which they are stored.

import { byteStream, type Chunks } from './byte-stream.ts';
import { elementSize, type Graph, type Tensor } from './onnx.ts';

const sizeOf = ({ dims, type, external }: Tensor): number =>
  external?.length ?? dims.reduce((a, b) => a * b, 1) * (elementSize(type) ?? 0);

/**
 * Loads every initializer whose elements are in an external file.
 *
 * @throws when a file is missing or ends too early.
 */
export async function readExternalData(
  graph: Graph,
  files: ReadonlyMap<string, Chunks>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const byFile = new Map<string, Tensor[]>();
  for (const tensor of graph.initializers.values()) {
    if (!tensor.external) continue;
    const list = byFile.get(tensor.external.location);
    if (list) list.push(tensor);
    else byFile.set(tensor.external.location, [tensor]);
  }
  for (const [location, tensors] of byFile) {
    const chunks = files.get(location);
    if (!chunks) throw new Error(`The graph has weights in '${location}', which is missing`);
    const stream = byteStream(chunks);
    let previous: Tensor | undefined;
    for (const tensor of tensors.sort((a, b) => a.external!.offset - b.external!.offset)) {
      signal?.throwIfAborted();
      const { offset } = tensor.external!;
      if (previous?.external?.offset === offset) tensor.data = previous.data;
      else {
        await stream.read(offset - stream.position);
        tensor.data = await stream.read(sizeOf(tensor));
      }
      previous = tensor;
    }
    for (const tensor of tensors) delete tensor.external;
  }
}
