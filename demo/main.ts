/** The demo page, on the public API alone. */
import {
  type Embedder,
  type EmbedderInfo,
  isTteError,
  type Progress,
  type ThinkMode,
} from 'think-then-embed';
import { byId, make, megabytes } from './dom.ts';
import { remember } from './earlier.ts';
import { showKept } from './kept.ts';
import { choices } from './models.ts';
import { allowPictures, listenForPictures, type Picture, takePictures } from './pictures.ts';
import { appendTrace, showResult, startTrace, stopTrace } from './result.ts';
import { countFromNow, watchSent } from './sent.ts';
import { embedderFor, type Wish } from './session.ts';

const form = byId('input', HTMLFormElement);
const embed = byId('embed', HTMLButtonElement);
const stop = byId('stop', HTMLButtonElement);
const status = byId('status', HTMLOutputElement);
const messages = byId('messages', HTMLUListElement);
const model = byId('model', HTMLSelectElement);
const progressBox = byId('progress', HTMLDivElement);
let running: AbortController | null = null;

const offered = choices();
model.append(...offered.map(({ label }, index) => make('option', label, { value: String(index) })));
listenForPictures();
void watchSent();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!running) void run();
});
stop.addEventListener('click', () => running?.abort());

async function run(): Promise<void> {
  running = new AbortController();
  const { signal } = running;
  messages.replaceChildren();
  embed.disabled = true;
  stop.disabled = false;
  try {
    const embedder = await load(signal);
    const pictures = takePictures();
    // Several pictures are several inputs, each with the same text.
    for (const picture of pictures.length > 0 ? pictures : [null]) await embedOne(embedder, picture, signal);
    status.textContent = 'Done.';
    await showKept(embedder);
  } catch (error) {
    const stopped = isTteError(error, 'aborted');
    status.textContent = stopped ? 'Stopped.' : '';
    stopTrace(stopped ? 'Stopped.' : 'Nothing came of it.');
    if (!stopped) say(isTteError(error) ? `${error.message} (${error.code})` : String(error), 'error');
  } finally {
    running = null;
    embed.disabled = false;
    stop.disabled = true;
    progressBox.hidden = true;
  }
}

async function load(signal: AbortSignal): Promise<Embedder> {
  status.textContent = 'Loading…';
  const choice = offered[Number(model.value)];
  if (!choice) throw new Error('no model is chosen');
  const device = byId('device', HTMLSelectElement).value as Wish['device'];
  const { embedder, fresh } = await embedderFor({ choice, device }, signal, {
    onProgress: showProgress,
    onWarning: ({ message }) => say(message, 'warning'),
  });
  showInfo(embedder.info);
  allowPictures(embedder.info.images);
  if (fresh) countFromNow();
  return embedder;
}

async function embedOne(embedder: Embedder, picture: Picture | null, signal: AbortSignal): Promise<void> {
  const text = byId('text', HTMLTextAreaElement).value.trim();
  const instruction = byId('instruction', HTMLInputElement).value.trim();
  status.textContent = 'Embedding…';
  startTrace();
  const embedding = await embedder.embed(
    { image: picture?.blob, text: text || undefined, instruction: instruction || undefined },
    { think: chosenMode(embedder.info), signal, onTrace: appendTrace },
  );
  showInfo(embedder.info);
  showResult(embedding);
  remember([picture?.name, text, instruction].filter(Boolean).join(' · '), picture?.url ?? null, embedding);
}

/** The chosen mode; where the model cannot think, there is nothing to choose. */
function chosenMode({ think }: EmbedderInfo): ThinkMode {
  const radios = [...form.querySelectorAll<HTMLInputElement>('input[name="think"]')];
  for (const radio of radios) radio.disabled = !think.includes(radio.value as ThinkMode);
  const chosen = radios.find((radio) => radio.checked && !radio.disabled) ?? radios[0];
  if (!chosen) throw new Error('index.html offers no think modes');
  chosen.checked = true;
  return chosen.value as ThinkMode;
}

function showInfo({ device, threads, embedder, reasoner, system }: EmbedderInfo): void {
  const dtypes = [...new Set([embedder.dtype, reasoner?.dtype])].filter(Boolean).join(' and ');
  const show = (id: string, text: string) => {
    const badge = byId(id, HTMLLIElement);
    badge.textContent = text;
    badge.hidden = false;
  };
  show('badge-device', `${device === 'webgpu' ? 'WebGPU' : 'WASM'}, ${system}`);
  show('badge-threads', threads === 1 ? '1 thread' : `${threads} threads`);
  show('badge-dtype', dtypes);
  byId('badge-device', HTMLLIElement).dataset.state = 'good';
}

function showProgress(progress: Progress): void {
  const { phase, loaded, total } = progress;
  const bar = byId('progress-bar', HTMLProgressElement);
  progressBox.hidden = phase === 'ready';
  if (total > 0) bar.value = loaded / total;
  else bar.removeAttribute('value');
  const source =
    phase === 'download' && progress.source === 'storage' ? 'from this browser’s storage' : phase;
  const file = phase === 'download' ? ` · ${progress.file}` : '';
  byId('progress-text', HTMLParagraphElement).textContent =
    total > 0 ? `${source}: ${megabytes(loaded)} of ${megabytes(total)}${file}` : source;
}

function say(text: string, kind: 'warning' | 'error'): void {
  messages.append(make('li', text, { 'data-kind': kind }));
}
