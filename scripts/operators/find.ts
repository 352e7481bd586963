/** `npm run operators:find`: records the installed build of the runtime as the one that the operators are made for. */
import { writeFileSync } from 'node:fs';
import { RUNTIME_BUILD } from '../../workers/operators/runtime-build.ts';
import { importGlue, readBinary } from '../../workers/platform/node/wasm.ts';
import { sha256 } from '../../workers/storage/hash.ts';
import { commandLine } from '../command-line.ts';
import { findApi } from './find-api.ts';

commandLine({
  usage:
    'Usage: npm run operators:find\n\nWrites workers/operators/runtime-build.ts for the installed onnxruntime-web.',
});
const binary = await readBinary();
const build = { sha256: await sha256(binary), apiAddress: await findApi(await importGlue(), binary) };
writeFileSync(
  'workers/operators/runtime-build.ts',
  `/** The build of onnxruntime-web that the operators are made for. \`npm run operators:find\` writes this file. */
export const RUNTIME_BUILD = {
  sha256: '${build.sha256}',
  /** Address of \`struct OrtApi\` in its memory. */
  apiAddress: ${build.apiAddress},
};
`,
);
const isSame = build.sha256 === RUNTIME_BUILD.sha256 && build.apiAddress === RUNTIME_BUILD.apiAddress;
console.log(isSame ? 'The installed build is recorded already.' : `Recorded ${JSON.stringify(build)}.`);
