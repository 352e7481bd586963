/** Starts another worker script in this worker, after making GPU buffers count what is read back from them. */
export {};

let bytes = 0;
const { mapAsync } = GPUBuffer.prototype;
GPUBuffer.prototype.mapAsync = function (this: GPUBuffer, mode, offset = 0, size = this.size - offset) {
  if (mode & GPUMapMode.READ) bytes += size;
  return mapAsync.call(this, mode, offset, size);
};

const early: MessageEvent[] = [];
const keep = (event: MessageEvent) => early.push(event);
self.addEventListener('message', (event: MessageEvent) => {
  if (event.data !== 'readback-bytes') return;
  event.stopImmediatePropagation();
  event.ports[0]?.postMessage(bytes);
});
self.addEventListener('message', keep);
await import(/* @vite-ignore */ new URL(self.location.href).searchParams.get('target') ?? '');
self.removeEventListener('message', keep);
for (const { data, ports } of early) {
  self.dispatchEvent(new MessageEvent('message', { data, ports: [...ports] }));
}
