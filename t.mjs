import fs from 'fs';
import * as ort from 'onnxruntime-web/wasm';

ort.env.wasm.numThreads = +process.argv[2];
const s = await ort.InferenceSession.create(fs.readFileSync(process.argv[3]), {
  executionProviders: ['wasm'],
  graphOptimizationLevel: 'all',
});
const side = 224;
const x = new ort.Tensor('float32', new Float32Array(3 * side * side).fill(0.1), [1, 3, side, side]);
const t = [];
for (let i = 0; i < 25; i++) {
  const a = performance.now();
  await s.run({ pixel_values: x });
  t.push(performance.now() - a);
}
t.sort((a, b) => a - b);
console.log(process.argv[2], 'threads median', t[12].toFixed(1), 'min', t[0].toFixed(1));
process.exit(0);
