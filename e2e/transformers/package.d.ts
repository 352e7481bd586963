/** The package as built: vite.e2e.config.ts says where it lies. */
declare module 'think-then-embed/transformers' {
  export function serveTransformers(): void;
}
