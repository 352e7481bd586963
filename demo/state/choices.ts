/** The models offered by the chooser, and the chosen one. */
import { signal } from '@preact/signals';
import type { EmbedderOptions } from 'think-then-embed';
import { text } from '../strings.ts';
import { settings } from './settings.ts';

export interface Choice {
  /** Also part of the name of the model's collection. */
  id: string;
  name: string;
  about: string;
  license: string;
  /** Download size in bytes, if known beforehand. */
  bytes: number | null;
  model: NonNullable<EmbedderOptions['model']>;
  /** Its files come from a hub, not from the page's own server. */
  hub: boolean;
  images: boolean;
}

const { models } = text;
const CHOICES: readonly Choice[] = [
  {
    id: 'pico',
    ...models.pico,
    license: 'Apache-2.0',
    bytes: 21_800_000,
    model: 'pico',
    hub: false,
    images: true,
  },
  {
    id: 'minilm-smollm2',
    ...models.minilmSmollm2,
    license: 'Apache-2.0',
    bytes: 118_000_000,
    model: { embedder: 'minilm', reasoner: 'smollm2' },
    hub: true,
    images: false,
  },
  {
    id: 'minilm',
    ...models.minilm,
    license: 'Apache-2.0',
    bytes: 15_400_000,
    model: 'minilm',
    hub: true,
    images: false,
  },
  { id: 'clip', ...models.clip, license: 'MIT', bytes: 153_000_000, model: 'clip', hub: true, images: true },
];

export const choices = withNamed();
export type Backend = NonNullable<EmbedderOptions['device']>;

/** `?embedder=` takes precedence over the last choice. */
const last =
  choices.length > CHOICES.length ? undefined : choices.find(({ id }) => id === settings.read('model'));
export const choice = signal<Choice>(last ?? (choices[0] as Choice));
export const backend = signal<Backend>((settings.read('backend') as Backend | null) ?? 'auto');

export function choose(wanted: Choice): void {
  choice.value = wanted;
  settings.write('model', wanted.id);
}

export function chooseBackend(wanted: Backend): void {
  backend.value = wanted;
  settings.write('backend', wanted);
}

/** `?embedder=` and `?reasoner=` add a model at the top: a preset, a hub id or a folder URL. */
function withNamed(): readonly Choice[] {
  const query = new URLSearchParams(location.search);
  const embedder = query.get('embedder');
  const reasoner = query.get('reasoner');
  if (!embedder) return CHOICES;
  const name = [embedder, reasoner].filter(Boolean).join(' + ');
  const id = name.replace(/[^\w.-]+/g, '-');
  const { about, license } = models.named;
  return [
    { id, name, about, license, bytes: null, model: { embedder, reasoner }, hub: true, images: true },
    ...CHOICES,
  ];
}

/** URL of a hub mirror on the page's own server (the development server has one), or undefined for the public hub. */
export async function mirroredHub(): Promise<string | undefined> {
  const mirror = new URL('hub/', document.baseURI);
  const probe = new URL('Xenova/all-MiniLM-L6-v2/resolve/main/config.json', mirror);
  const answer = await fetch(probe, { method: 'HEAD' }).catch(() => null);
  return answer?.ok ? mirror.href : undefined;
}
