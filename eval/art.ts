/** Pictograms as SVG or PNG: npm icon sets, and the folder `art` of `--data`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';
import { type Name, names } from './names.ts';
import type { Source } from './pictures.ts';
import type { Random } from './random.ts';

export interface ArtSet {
  readonly id: string;
  /** SVG markup or a data URL; null if the set has no such picture. */
  find(name: Name): string | null;
}

/** Three of the ten sets that pico was trained on, and one that it was not. */
export const TRAINED = ['noto', 'twemoji', 'fluent-emoji-flat'] as const;
export const UNSEEN = 'openmoji';

interface Icon {
  body: string;
  left?: number;
  top?: number;
  width?: number;
  height?: number;
}

/** An icon set from the npm registry. */
export function iconSet(id: string): ArtSet {
  const folder = join(root, 'node_modules/@iconify-json', id);
  const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const { icons, width = 16, height = 16 } = json('icons.json') as { icons: Record<string, Icon> } & Icon;
  const byCode = json('chars.json') as Record<string, string>;
  return {
    id,
    find({ name, hexcode = '' }) {
      const code = hexcode.toLowerCase();
      const slug = name.replaceAll(' ', '-').replaceAll("'", '');
      const key = [byCode[code], byCode[`${code}-fe0f`], slug, slug.replaceAll('-', '')].find(
        (candidate) => candidate !== undefined && candidate in icons,
      );
      const icon = key === undefined ? undefined : icons[key];
      return icon ? svg({ width, height, ...icon }) : null;
    },
  };
}

function svg({ body, left = 0, top = 0, width, height }: Icon): string {
  const space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  const markup = body.replaceAll('currentColor', '#222');
  return `<svg ${space} width="256" height="256" viewBox="${left} ${top} ${width} ${height}">${markup}</svg>`;
}

/** A folder of `<hexcode>.svg` or `.png` files; null if it does not exist. */
export function artFolder(folder: string): ArtSet | null {
  if (!existsSync(folder)) return null;
  const files = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    const [, code, type] = /^([0-9a-f-]+)\.(svg|png)$/i.exec(file) ?? [];
    if (code && type) files.set(code.toUpperCase().replace(/-FE0F$/, ''), file);
  }
  return {
    id: 'given',
    find({ hexcode }) {
      const file = hexcode && files.get(hexcode);
      if (!file) return null;
      const bytes = readFileSync(join(folder, file));
      return /png$/i.test(file)
        ? `data:image/png;base64,${bytes.toString('base64')}`
        : sized(bytes.toString('utf8'));
    },
  };
}

/** Adds a size to an SVG that has none, without which an `<img>` would have none either. */
function sized(markup: string): string {
  return markup.replace(/<svg\b[^>]*>/, (tag) =>
    tag.replace(/\s(width|height)="[^"]*"/g, '').replace('<svg', '<svg width="256" height="256"'),
  );
}

/** A source of things to draw. */
export interface Stock {
  id: string;
  names: readonly Name[];
  source(name: Name, random: Random): Source;
}

/** @param art receives the markup of every picture used */
export function pictograms(
  id: string,
  sets: readonly ArtSet[],
  isIn: (name: Name) => boolean,
  art: Record<string, string>,
): Stock {
  const having = new Map<Name, ArtSet[]>();
  for (const name of names) {
    const sources = name.hexcode && isIn(name) ? sets.filter((set) => set.find(name)) : [];
    if (sources.length > 0) having.set(name, sources);
  }
  return {
    id,
    names: [...having.keys()],
    source(name, random) {
      const set = random.pick(having.get(name) as ArtSet[]);
      const key = `${set.id}/${name.hexcode}`;
      art[key] ??= set.find(name) as string;
      return { art: key };
    },
  };
}
