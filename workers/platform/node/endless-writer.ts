/** For a test: writes pairs to the given folder and reports each until it is killed. */
import { fileStore } from './file-store.ts';

const store = fileStore(process.argv[3] as string);
for (let i = 0; ; i++) {
  const key = String(i).padStart(6, '0');
  await store.set([
    [`small/${key}`, i],
    [`large/${key}`, new Uint8Array(40_000).fill(i % 256).buffer],
  ]);
  process.stdout.write(`${i}\n`);
}
