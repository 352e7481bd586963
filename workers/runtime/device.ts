/** Requests the worker's GPUDevice with raised limits and, if available, shader-f16, and reports its loss. */
import { TteError } from '../../src/shared/errors.ts';

export interface Gpu {
  readonly device: GPUDevice;
  readonly shaderF16: boolean;
  /** Name of the adapter, as far as the browser reveals it; results may differ between adapters. */
  readonly name: string;
  /** Resolves to the reason when the device is lost; never rejects. */
  readonly lost: Promise<string>;
}

/** Limits that decide whether a weight or an activation fits one buffer or one dispatch. */
const RAISED: readonly (keyof GPUSupportedLimits)[] = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
];

/** @throws TteError unsupported, if the browser has no usable adapter, or cannot suspend WebAssembly while the GPU works */
export async function requestGpu(): Promise<Gpu> {
  if (!canSuspend())
    throw new TteError(
      'unsupported',
      'This browser lacks WebAssembly\'s JavaScript Promise Integration, which WebGPU needs here; use device "wasm", or a newer browser.',
    );
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new TteError('unsupported', 'This browser offers no WebGPU adapter; use device "wasm".');
  const shaderF16 = adapter.features.has('shader-f16');
  const wanted: GPUFeatureName[] = ['shader-f16', 'subgroups'];
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(RAISED.map((name) => [name, adapter.limits[name] as number])),
  });
  return {
    device,
    shaderF16,
    name: [adapter.info.vendor, adapter.info.architecture].filter(Boolean).join(' ') || 'unnamed',
    lost: device.lost.then((info) => info.message || info.reason || 'unknown reason'),
  };
}

/** Whether compiled code can wait for a promise (JSPI), as the WebGPU build does where it waits for the GPU. */
const canSuspend = () => {
  const { Suspending, promising } = WebAssembly as { Suspending?: unknown; promising?: unknown };
  return Boolean(Suspending && promising);
};

/**
 * Whether WASM threads can start: they share memory, which an isolated page may, but which WebKitGTK does not offer even there
 * (`crossOriginIsolated` is true, `SharedArrayBuffer` missing, and threads wait for each other forever).
 */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function';
}

/** Number of threads from which large work profits; one if memory cannot be shared. */
export function defaultThreads(): number {
  return canShareMemory() ? Math.min(4, navigator.hardwareConcurrency || 1) : 1;
}
