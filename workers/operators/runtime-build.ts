/** The build of onnxruntime-web that the operators are made for. `npm run operators:find` writes this file. */
export const RUNTIME_BUILD = {
  sha256: '06ba057753da3847e4c24f02d91ab133455b0817c69a44993a9a53a2146df9e3',
  /** Address of `struct OrtApi` in its memory. */
  apiAddress: 787120,
};
