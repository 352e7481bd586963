/** Made by scripts/build/runtime-files.ts. */
declare module 'virtual:runtime-files' {
  /** The runtime's compiled cores, plain and with WebGPU: compressed by Zstandard in what is built. */
  export const wasmBinary: import('./assets.ts').Asset;
  export const webgpuBinary: import('./assets.ts').Asset;
}
/** Made by scripts/build/zstandard-decoder.ts. */
declare module 'virtual:zstandard-decoder' {
  /** In base64. */
  export const decoderBinary: string;
}
declare module 'virtual:ort-webgpu' {
  export * from 'onnxruntime-common';
}
declare module 'onnxruntime-web/ort-wasm-simd-threaded.mjs' {
  const factory: unknown;
  export default factory;
}
