/** `npm run audit`: measures the demo's page load, offline use and accessibility. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArgs, needChromium } from '../../scripts/browsers/chromium.ts';
import { commandLine } from '../../scripts/command-line.ts';
import { startServer } from '../../scripts/server/server.ts';
import { auditAccess } from './access.ts';
import { auditLoad } from './load.ts';
import { auditPwa } from './pwa.ts';

const { values } = commandLine({
  usage: `Usage: npm run audit [-- options]

Measures the demo's page load, offline use and accessibility in Chromium.

  --json FILE         also write the figures to FILE
  --pictures FOLDER   write a screenshot of each scene to FOLDER
`,
  options: { json: { type: 'string' }, pictures: { type: 'string' } },
  builds: ['build'],
});
const launch = { executablePath: needChromium(), args: [...chromiumArgs] };
const server = await startServer();
const browser = await chromium.launch(launch);

const load = await auditLoad(browser, server);
console.table(
  load.map(({ visit, fcp, lcp, tbt, cls, requests, bytes, requestsAfter, bytesAfter }) => ({
    visit,
    'FCP, ms': Math.round(fcp),
    'LCP, ms': Math.round(lcp),
    'TBT, ms': Math.round(tbt),
    CLS: Number(cls.toFixed(3)),
    'first screen': `${requests} requests, ${kilobytes(bytes)}`,
    'all kept': `${requestsAfter} requests, ${kilobytes(bytesAfter)}`,
  })),
);
const access = await auditAccess(browser, server.origin, values.pictures);
console.table(
  access.map(({ size, scheme, scene, violations, overhang }) => ({
    scene: `${scene}, ${size}, ${scheme}`,
    'axe violations': violations.length,
    'too wide, px': overhang,
  })),
);
for (const { scene, size, scheme, violations } of access) {
  for (const line of violations) console.log(`${scene}, ${size}, ${scheme}: ${line}`);
}
await browser.close();
const pwa = await auditPwa(launch, server);
console.table({
  'would be installed': pwa.installability.join(', ') || 'yes',
  manifest: pwa.manifest.join(', ') || 'valid',
  'opens with its server dead': pwa.offline ? 'yes' : 'no',
});

if (values.json) {
  const file = resolve(values.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ load, pwa, access }, null, 2)}\n`);
}
const faults = access.filter(({ violations, overhang }) => violations.length > 0 || overhang > 0).length;
process.exitCode = faults + pwa.installability.length + pwa.manifest.length > 0 || !pwa.offline ? 1 : 0;

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
}
