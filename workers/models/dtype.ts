/** Chooses the weight format for a device. */
import type { ModelDescriptor } from '../../src/shared/descriptor.ts';
import { TteError } from '../../src/shared/errors.ts';
import type { Device, Dtype } from '../../src/shared/types.ts';

/** File suffixes of hub models: `{session}{suffix}.onnx`. */
export const suffixes: Readonly<Record<Dtype, string>> = {
  q4: '_q4',
  q8: '_quantized',
  fp32: '',
  fp16: '_fp16',
  q4f16: '_q4f16',
  int8: '_int8',
  uint8: '_uint8',
  bnb4: '_bnb4',
};

export interface DeviceCapabilities {
  device: Device;
  /** The GPU supports fp16 (`shader-f16`). */
  shaderF16: boolean;
}

/** A weight format for each session of a model. */
export interface DtypePlan {
  sessions: Readonly<Record<string, Dtype>>;
  /** Label for humans, spaces and cache keys: the formats in use, that of the main session first, as in `q4` or `q4+q8`. */
  label: string;
}

/** Models whose activations overflow in fp16. */
const noHalf = [/embeddinggemma/i, /gemma-?3/i];

const wasmOrder: readonly Dtype[] = ['q4', 'q8', 'int8', 'uint8', 'fp32', 'bnb4', 'fp16'];
/** Begins as on WASM, so that both backends share a file and a space. */
const webgpuOrder: readonly Dtype[] = ['q4', 'q4f16', 'fp16', 'fp32', 'q8', 'int8', 'uint8'];
const eightBit: readonly Dtype[] = ['q8', 'int8', 'uint8'];
const half: readonly Dtype[] = ['fp16', 'q4f16'];

/**
 * Format plans for a model on a device, by preference; the next plan is tried if a self-test fails. Empty if the device supports
 * none. A `wanted` format overrides the rules for every session that has it; the other sessions follow the rules.
 * @throws TteError model-not-found: no session has the wanted format
 */
export function dtypePlans(
  descriptor: ModelDescriptor,
  capabilities: DeviceCapabilities,
  wanted: Dtype | null,
): DtypePlan[] {
  const names = Object.keys(descriptor.sessions);
  const main =
    names.find((name) => /^decoder/.test(name)) ?? names.find((name) => /model/.test(name)) ?? names[0];
  if (main === undefined) return [];
  const ranked = Object.fromEntries(names.map((name) => [name, rank(descriptor, name, capabilities)]));
  if (wanted) {
    const having = names.filter((name) => descriptor.sessions[name]?.[wanted]);
    if (having.length === 0) throw noSuchDtype(descriptor, wanted);
    for (const name of having) ranked[name] = [wanted];
  }
  const others = names.filter((name) => name !== main);
  if (others.some((name) => !ranked[name]?.length)) return [];
  return (ranked[main] ?? []).map((dtype) => {
    const sessions = Object.fromEntries(
      names.map((name) => [name, name === main ? dtype : ranked[name]![0]!]),
    );
    return { sessions, label: [...new Set([dtype, ...Object.values(sessions)])].join('+') };
  });
}

/** Formats of a session that the device computes correctly, by preference. */
function rank(
  descriptor: ModelDescriptor,
  session: string,
  { device, shaderF16 }: DeviceCapabilities,
): Dtype[] {
  const files = descriptor.sessions[session] ?? {};
  const order = device === 'wasm' ? wasmOrder : webgpuOrder;
  const overflows = noHalf.some((pattern) => pattern.test(descriptor.id));
  const decodes = session.startsWith('decoder') || descriptor.architecture === 'causal-lm';
  const fits = order.filter((dtype) => {
    if (!files[dtype]) return false;
    if (half.includes(dtype) && (overflows || (device === 'webgpu' && !shaderF16))) return false;
    return !(device === 'webgpu' && decodes && eightBit.includes(dtype)); // decoders in 8 bits generate gibberish on GPUs
  });
  const size = (dtype: Dtype) => {
    const file = files[dtype];
    return file
      ? [file.path, ...(file.data ?? [])].reduce((sum, path) => sum + (descriptor.files[path]?.bytes ?? 0), 0)
      : 0;
  };
  // An embedding table involves no computation, so the smallest file is best. Some hub exports leave the embeddings of their
  // q4 file in fp32; if that makes it larger than q8, q8 is preferred.
  if (session === 'embed_tokens' && fits.every((dtype) => size(dtype) > 0))
    return fits.sort((a, b) => size(a) - size(b));
  const [first, second] = fits;
  if (first === 'q4' && second === 'q8' && size('q8') > 0 && size('q8') < size('q4')) {
    return ['q8', 'q4', ...fits.slice(2)];
  }
  return fits;
}

function noSuchDtype(descriptor: ModelDescriptor, wanted: Dtype): TteError {
  const has = new Set(Object.values(descriptor.sessions).flatMap((files) => Object.keys(files)));
  return new TteError(
    'model-not-found',
    `${descriptor.id} has no ${wanted} files; it has ${[...has].join(', ')}`,
  );
}
