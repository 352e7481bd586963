/**
 * `npm run consumers`: packs the package, installs it into the projects of e2e/consumers, builds and opens them, and serves the
 * unbundled package from many kinds of hosts. `-- --fast`: only the fast half; `-- NAME …`: only these; `-- --keep`: keeps the
 * installed projects, in one folder, which makes the next run faster; `-- --write`: writes the tables in docs/bundlers.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MODEL_PACKAGES, writeModelPackage } from '../build/model-package.ts';
import { endWithParent } from './group.ts';
import { check, type Outcome, readConsumers } from './project.ts';
import { SCENARIOS, Skipped } from './scenarios.ts';
import { writeTables } from './tables.ts';

endWithParent();
const args = process.argv.slice(3);
const flags = new Set(args.filter((arg) => arg.startsWith('--')));
const names = args.filter((arg) => !arg.startsWith('--'));
const isWanted = (name: string) => names.length === 0 || names.some((part) => name.includes(part));

/** Outside the repository: some tools take a lockfile above a project for the sign that their root is there. */
const WORK = flags.has('--keep')
  ? join(tmpdir(), 'think-then-embed-consumers')
  : mkdtempSync(join(tmpdir(), 'think-then-embed-consumers-'));
mkdirSync(WORK, { recursive: true });
const main = pack('.');
const dist = unpack(main);
const models = new Map<string, string>();
/** Written and packed when the first project needs it. */
function modelTarball(name: string): string {
  const known = models.get(name);
  if (known) return known;
  const model = MODEL_PACKAGES.find((each) => each.model === name);
  if (!model) throw new Error(`no package of a model named ${name}: see scripts/build/model-package.ts`);
  const packed = pack(writeModelPackage(model, WORK));
  models.set(name, packed);
  return packed;
}

/** What npm says where there is no network; any other failure to install is one. */
const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH/;

const tested: { title: string; ok: boolean; detail: string }[] = [];
const skipped: string[] = [];
const outcomes: Outcome[] = [];
const tell = (title: string, ok: boolean, detail: string) => {
  tested.push({ title, ok, detail });
  console.log(
    `  ${ok ? '✓' : '✘'}  ${title}${ok ? ` (${detail})` : `\n${detail.replace(/^/gm, '       ')}`}`,
  );
};

for (const { title, says, run } of SCENARIOS) {
  if (!isWanted(`host: ${title}`)) continue;
  try {
    const { title: said, seconds, complaints } = await run(dist);
    tell(
      `host: ${title}`,
      says.test(said),
      says.test(said) ? `${seconds.toFixed(1)} s` : `the page says: ${said}\n${complaints.join('\n')}`,
    );
  } catch (error) {
    if (error instanceof Skipped) skipped.push(`host: ${title}: ${error.message}`);
    else tell(`host: ${title}`, false, String(error));
  }
}
for (const consumer of readConsumers()) {
  if (!isWanted(consumer.name) || (flags.has('--fast') && !consumer.fast)) continue;
  const place = { work: join(WORK, consumer.name), keep: flags.has('--keep') };
  const outcome = await check(consumer, { main, model: modelTarball }, place);
  outcomes.push(outcome);
  const [install] = outcome.steps;
  if (install && UNREACHABLE.test(install.detail)) {
    skipped.push(`${consumer.title}: no registry here: ${install.detail.slice(-300)}`);
    continue;
  }
  for (const { name, ok, detail } of outcome.steps) tell(`${consumer.title}: ${name}`, ok, detail);
}

if (!flags.has('--keep')) rmSync(WORK, { recursive: true, force: true });
if (flags.has('--write')) writeTables(outcomes, tested);
for (const reason of skipped) console.log(`skipped: ${reason}`);
const failed = tested.filter(({ ok }) => !ok).length;
console.log(`consumers: ${tested.length - failed} passed, ${failed} failed, ${skipped.length} skipped`);
mkdirSync('build/reports', { recursive: true });
writeFileSync(
  'build/reports/consumers.json',
  JSON.stringify({ passed: tested.length - failed, failed, skipped }),
);
process.exitCode = failed > 0 ? 1 : 0;

function pack(folder: string): string {
  const args = ['pack', resolve(folder), '--json', '--pack-destination', WORK];
  const answer = execFileSync('npm', args, { encoding: 'utf8' });
  const [packed] = JSON.parse(answer) as [{ filename: string; size: number; unpackedSize: number }];
  console.log(`${packed.filename}: ${packed.size} bytes, ${packed.unpackedSize} unpacked`);
  return join(WORK, packed.filename);
}

function unpack(tarball: string): string {
  const folder = join(WORK, 'package');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
  return join(folder, 'dist');
}
