/** `npm run packages`: writes the models that are packages of their own into build/packages. */
import { MODEL_PACKAGES, writeModelPackage } from './build/model-package.ts';
import { commandLine } from './command-line.ts';

commandLine({
  usage: 'Usage: npm run packages\n\nWrites the models that are packages of their own into build/packages.',
});
for (const each of MODEL_PACKAGES) console.log(writeModelPackage(each, 'build/packages'));
