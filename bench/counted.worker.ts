/** Starts another worker script in this worker, after instrumenting WebGPU's objects to count the calls. */
import type { GpuCounts } from './row.ts';

const counts: GpuCounts = { dispatches: 0, passes: 0, submits: 0, pipelines: 0, uploaded: 0, readBack: 0 };

/** Replaces a method by one that counts the call first. */
function count<T extends object>(
  type: { prototype: T },
  name: keyof T & string,
  add: (args: unknown[]) => void,
) {
  const { prototype } = type as { prototype: Record<string, (...args: unknown[]) => unknown> };
  const method = prototype[name];
  if (!method) throw new Error(`no method ${name} to count`);
  prototype[name] = function (this: unknown, ...args: unknown[]) {
    add(args);
    return method.apply(this, args);
  };
}

count(GPUComputePassEncoder, 'dispatchWorkgroups', () => counts.dispatches++);
count(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', () => counts.dispatches++);
count(GPUCommandEncoder, 'beginComputePass', () => counts.passes++);
count(GPUQueue, 'submit', () => counts.submits++);
count(GPUDevice, 'createComputePipeline', () => counts.pipelines++);
count(GPUDevice, 'createComputePipelineAsync', () => counts.pipelines++);
count(GPUQueue, 'writeBuffer', ([_buffer, _at, data, from = 0, size]) => {
  // In elements of a typed array, in bytes of anything else.
  const { byteLength, BYTES_PER_ELEMENT: unit = 1 } = data as Uint8Array;
  counts.uploaded += size === undefined ? byteLength - (from as number) * unit : (size as number) * unit;
});
count(GPUDevice, 'createBuffer', ([descriptor]) => {
  const { mappedAtCreation, size } = descriptor as GPUBufferDescriptor;
  if (mappedAtCreation) counts.uploaded += size;
});

const { mapAsync } = GPUBuffer.prototype;
GPUBuffer.prototype.mapAsync = function (this: GPUBuffer, mode, offset = 0, size = this.size - offset) {
  if (mode & GPUMapMode.READ) counts.readBack += size;
  else counts.uploaded += size;
  return mapAsync.call(this, mode, offset, size);
};

const early: MessageEvent[] = [];
const keep = (event: MessageEvent) => early.push(event);
self.addEventListener('message', (event: MessageEvent) => {
  if (event.data !== 'gpu-counts') return;
  event.stopImmediatePropagation();
  event.ports[0]?.postMessage(counts);
});
self.addEventListener('message', keep);
await import(/* @vite-ignore */ new URL(self.location.href).searchParams.get('target') ?? '');
self.removeEventListener('message', keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
}
