/** `<tte-search>`: a search box with its hits, as a custom element that needs no framework. */
import type { VectorIndex } from '../client/index-types.ts';
import type { Embedder } from '../client/types.ts';
import type { SearchHit } from '../shared/index-types.ts';
import { acquireEmbedder } from './shared-embedder.ts';

const STYLE = `
  :host { display: block; font: inherit; }
  input { box-sizing: border-box; inline-size: 100%; padding: .5em .75em; font: inherit; }
  ol { list-style: none; margin: .5em 0 0; padding: 0; }
  li { padding: .5em 0; }
  p { margin: .25em 0 0; }
`;
const EXCERPT = 160;

/** Servers have no elements; importing this file there has no effect. */
const Base = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/**
 * Attributes: `index` (its name; required), `from` (URL of a file made by `npx think-then-embed index`), `model`, `top-k` (10),
 * `placeholder`, `label` (for screen readers). A hit shows its metadata's `title` or `name`, linked to `url` where there is one, and the
 * beginning of its text. Style it by the parts `input`, `hits`, `hit`, `title`, `excerpt`, `status`; fires `tte-search` with the hits.
 *
 * @example
 * <tte-search index="docs" from="/site.tte.parquet"></tte-search>
 * <script type="module">import 'think-then-embed/element';</script>
 */
export class TteSearchElement extends Base {
  static readonly observedAttributes = ['placeholder', 'label'];
  readonly #input = document.createElement('input');
  readonly #status = document.createElement('p');
  readonly #list = document.createElement('ol');
  #searching: AbortController | null = null;
  #opened: Promise<VectorIndex> | null = null;
  #release: () => void = () => {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style]; // a policy against inline styles allows constructed ones
    this.#input.type = 'search';
    this.#input.part.add('input');
    this.#status.part.add('status');
    this.#status.setAttribute('role', 'status');
    this.#list.part.add('hits');
    root.append(this.#input, this.#status, this.#list);
    this.#input.addEventListener('focus', () => void this.#open().catch(() => {}), { once: true });
    this.#input.addEventListener('input', () => void this.#search());
  }

  connectedCallback(): void {
    this.attributeChangedCallback();
  }

  attributeChangedCallback(): void {
    this.#input.placeholder = this.getAttribute('placeholder') ?? 'Search';
    this.#input.setAttribute('aria-label', this.getAttribute('label') ?? this.#input.placeholder);
  }

  disconnectedCallback(): void {
    this.#searching?.abort();
    this.#opened?.then((index) => index.close()).catch(() => {});
    this.#opened = null;
    this.#release();
  }

  /** Loads the model when the input is first focused. A failure is shown, and the next search tries again. */
  #open(): Promise<VectorIndex> {
    this.#opened ??= this.#load().catch((error: Error) => {
      this.#opened = null;
      this.#status.textContent = error.message;
      throw error;
    });
    return this.#opened;
  }

  async #load(): Promise<VectorIndex> {
    const name = this.getAttribute('index');
    if (!name) throw new Error('<tte-search> needs an `index` attribute: the name of the index.');
    const model = this.getAttribute('model');
    const { ready, release } = acquireEmbedder(model === null ? {} : { model }, ({ loaded, total }) => {
      this.#status.textContent =
        total > 0 ? `Loading the model: ${Math.round((100 * loaded) / total)} %` : '';
    });
    this.#release = release;
    const embedder: Embedder = await ready;
    const from = this.getAttribute('from');
    const index = await embedder.openIndex(name, from === null ? {} : { from });
    this.#status.textContent = '';
    return index;
  }

  async #search(): Promise<void> {
    this.#searching?.abort();
    const controller = new AbortController();
    this.#searching = controller;
    const text = this.#input.value.trim();
    if (text === '') return this.#show([]);
    const topK = Number(this.getAttribute('top-k')) || 10;
    try {
      const index = await this.#open();
      if (controller.signal.aborted) return;
      for await (const { hits } of index.search({ text }, { topK, signal: controller.signal }))
        this.#show(hits);
    } catch (error) {
      if (!controller.signal.aborted) this.#status.textContent = (error as Error).message;
    }
  }

  #show(hits: readonly SearchHit[]): void {
    this.#list.replaceChildren(...hits.map(entry));
    this.dispatchEvent(new CustomEvent('tte-search', { detail: { hits }, bubbles: true, composed: true }));
  }
}

function entry({ id, text: whole, passage, metadata }: SearchHit): HTMLLIElement {
  const item = document.createElement('li');
  item.part.add('hit');
  const url = typeof metadata.url === 'string' ? safeUrl(metadata.url) : null;
  const title = document.createElement(url === null ? 'strong' : 'a');
  title.part.add('title');
  title.textContent = String(metadata.title ?? metadata.name ?? id);
  if (url !== null) title.setAttribute('href', url);
  const excerpt = document.createElement('p');
  excerpt.part.add('excerpt');
  const text = passage?.text ?? whole;
  excerpt.textContent = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text;
  item.append(title, excerpt);
  return item;
}

/** Metadata comes from files, so links are limited to safe protocols. */
function safeUrl(url: string): string | null {
  try {
    const { protocol, href } = new URL(url, document.baseURI);
    return ['http:', 'https:', 'blob:'].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}

if (globalThis.customElements && !customElements.get('tte-search')) {
  customElements.define('tte-search', TteSearchElement);
}

declare global {
  interface HTMLElementTagNameMap {
    'tte-search': TteSearchElement;
  }
}
