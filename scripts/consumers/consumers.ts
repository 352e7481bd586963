/**
 * `npm run consumers`: packs the package, installs it into the projects of e2e/consumers, builds and opens them, and serves the
 * unbundled package from many kinds of hosts.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MODEL_PACKAGES, writeModelPackage } from '../build/model-package.ts';
import { commandLine } from '../command-line.ts';
import { endWithParent } from './group.ts';
import { check, type Outcome, readConsumers } from './project.ts';
import { SCENARIOS, Skipped } from './scenarios.ts';
import { writeTables } from './tables.ts';

const consumers = readConsumers();
const hosts = SCENARIOS.map(({ title }) => `host: ${title}`);
const known = [...consumers.map(({ name }) => name), ...hosts];
const { values, positionals: names } = commandLine({
  usage: `Usage: npm run consumers [-- [NAME…] [options]]

Installs the packed package into the projects of e2e/consumers and opens them, and serves it from several kinds of hosts.
NAME, or a part of one: only these. Projects:
  ${consumers.map(({ name }) => name).join(', ')}
and the hosts:
  ${hosts.join('\n  ')}

  --fast    only the projects that npm test checks
  --keep    keep the installed projects, in one folder, which makes the next run faster
  --write   write the tables in docs/bundlers.md
`,
  options: { fast: { type: 'boolean' }, keep: { type: 'boolean' }, write: { type: 'boolean' } },
  positionals: {
    most: Infinity,
    check: (part) =>
      known.some((name) => name.includes(part)) ? undefined : 'a project or host, or a part of its name',
  },
  builds: ['build'],
});
const isWanted = (name: string) => names.length === 0 || names.some((part) => name.includes(part));
endWithParent();

/** Outside the repository: some tools take a lockfile above a project for the sign that their root is there. */
const WORK = values.keep
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

/** npm's errors without a network; any other failure to install is a failure. */
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
for (const consumer of consumers) {
  if (!isWanted(consumer.name) || (values.fast && !consumer.fast)) continue;
  const place = { work: join(WORK, consumer.name), keep: values.keep ?? false };
  const outcome = await check(consumer, { main, model: modelTarball }, place);
  outcomes.push(outcome);
  const [install] = outcome.steps;
  if (install && UNREACHABLE.test(install.detail)) {
    skipped.push(`${consumer.title}: no registry here: ${install.detail.slice(-300)}`);
    continue;
  }
  for (const { name, ok, detail } of outcome.steps) tell(`${consumer.title}: ${name}`, ok, detail);
}

if (!values.keep) rmSync(WORK, { recursive: true, force: true });
if (values.write) writeTables(outcomes, tested);
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
