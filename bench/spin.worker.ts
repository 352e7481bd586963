/** A fixed amount of arithmetic; the time it takes shows how much of a core this worker gets. */
const STEPS = 20_000_000;

self.onmessage = () => {
  const start = performance.now();
  let state = 1;
  for (let step = 0; step < STEPS; step++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  self.postMessage({ ms: performance.now() - start, state });
};
