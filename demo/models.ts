/** What the chooser offers. */
import type { EmbedderOptions } from 'think-then-embed';

export interface Choice {
  label: string;
  model: NonNullable<EmbedderOptions['model']>;
  /** Its files come from a hub rather than from beside this page. */
  hub: boolean;
}

const CHOICES: readonly Choice[] = [
  { label: 'Pico, built in · pictures and text, thinks · 21 MB', model: 'pico', hub: false },
  {
    label: 'MiniLM, SmolLM2 thinks first · text · 118 MB',
    model: { embedder: 'minilm', reasoner: 'smollm2' },
    hub: true,
  },
  { label: 'MiniLM · text · 15 MB', model: 'minilm', hub: true },
  { label: 'CLIP B/32 · pictures and text · 153 MB', model: 'clip', hub: true },
];

/** `?embedder=` and `?reasoner=` put another model first: a preset, a hub id or a folder URL. */
export function choices(): readonly Choice[] {
  const query = new URLSearchParams(location.search);
  const embedder = query.get('embedder');
  const reasoner = query.get('reasoner');
  if (!embedder) return CHOICES;
  const label = [embedder, reasoner].filter(Boolean).join(' and ');
  return [{ label, model: { embedder, reasoner }, hub: true }, ...CHOICES];
}

/** A hub mirrored beside this page (the development server does so), or undefined: the public one. */
export async function mirroredHub(): Promise<string | undefined> {
  const mirror = new URL('hub/', document.baseURI);
  const probe = new URL('Xenova/all-MiniLM-L6-v2/resolve/main/config.json', mirror);
  const answer = await fetch(probe, { method: 'HEAD' }).catch(() => null);
  return answer?.ok ? mirror.href : undefined;
}
