/** Uses the hooks as an application does, and says in the title what is wrong, or gives the first vector. */
import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { deleteIndex, type VectorIndex } from 'think-then-embed';
import { useEmbedder, useSearch } from 'think-then-embed/react';

/** Workers that were started, and searches: started, aborted. */
const counts = { workers: 0, searches: 0, aborted: 0 };
globalThis.Worker = class extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    counts.workers++;
  }
};

const NOTES = {
  bees: 'Bees live in a hive and make honey.',
  bread: 'Bread rises because yeast turns sugar into bubbles.',
  tides: 'The moon pulls the sea twice a day.',
};
const TYPED = 'what do bees live in';

/** The index with its searches counted. */
function counted(index: VectorIndex): VectorIndex {
  return Object.assign(Object.create(index), {
    search: (...[query, options]: Parameters<VectorIndex['search']>) => {
      counts.searches++;
      options?.signal?.addEventListener('abort', () => counts.aborted++);
      return index.search(query, options);
    },
  });
}

function Search({ index, onFound }: { index: VectorIndex; onFound: (first: string) => void }) {
  const [text, setText] = useState('');
  const { hits, result, loading, error } = useSearch(index, text, { topK: 2 });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // As fast as nobody types: each letter's search replaces the one before.
    const setter = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    const letters = [...TYPED];
    const timer = setInterval(() => {
      const field = input.current;
      if (letters.length === 0 || !field) return clearInterval(timer);
      setter?.call(field, field.value + letters.shift());
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }, 1);
    return () => clearInterval(timer);
  }, []);
  const isDone = text === TYPED && result !== null && !loading;
  useEffect(() => {
    if (error) onFound(`the search failed: ${error.message}`);
    else if (isDone) onFound(hits[0]?.id ?? 'nothing');
  }, [isDone, error, hits, onFound]);
  return <input ref={input} value={text} onChange={({ target }) => setText(target.value)} />;
}

/** A search that is unmounted while it runs. */
function Abandoned({ index }: { index: VectorIndex }) {
  useSearch(index, 'the sea', {});
  return null;
}

function Broken({ onError }: { onError: (said: string) => void }) {
  const { status, embedder, error } = useEmbedder({ model: './no-such-model/' });
  useEffect(() => {
    if (status === 'error') onError(`${embedder === null} ${(error as { code?: string }).code}`);
  }, [status, embedder, error, onError]);
  return null;
}

function Page() {
  const { embedder, status, error } = useEmbedder();
  const second = useEmbedder({}); // the same options: the same worker
  const [index, setIndex] = useState<VectorIndex | null>(null);
  const [step, setStep] = useState<'search' | 'abandon' | 'end'>('search');
  const [found, setFound] = useState('');
  const [broken, setBroken] = useState('');
  const [title, setTitle] = useState('loading');

  useEffect(() => {
    if (embedder === null) return;
    const opening = deleteIndex('notes').then(() => embedder.openIndex('notes'));
    let isMounted = true;
    opening.then(
      async (opened) => {
        await opened.add(Object.entries(NOTES).map(([id, text]) => ({ id, text })));
        if (isMounted) setIndex(counted(opened));
      },
      (reason) => setTitle(String(reason)),
    );
    return () => {
      isMounted = false;
    };
  }, [embedder]);

  useEffect(() => {
    if (found !== '') setStep('abandon');
  }, [found]);
  useEffect(() => {
    if (step === 'abandon') setStep('end'); // a render later it is unmounted
  }, [step]);
  useEffect(() => {
    if (step !== 'end' || embedder === null || broken === '') return;
    const complaints = [
      found !== 'bees' && `found ${found}`,
      broken !== 'true model-not-found' && `the broken model: ${broken}`,
      second.embedder !== embedder && 'two embedders of the same options',
      counts.searches < 3 && `${counts.searches} searches`,
      counts.aborted < counts.searches - 1 && `${counts.aborted} of ${counts.searches} searches were aborted`,
    ].filter(Boolean);
    if (complaints.length > 0) return setTitle(complaints.join('; '));
    embedder.embed({ text: 'a red bicycle' }).then(
      ({ vector }) => {
        // One for the two that are alike, one for the broken model, and one for `deleteIndex`, however often effects run.
        if (counts.workers > 3) setTitle(`${counts.workers} workers`);
        else setTitle(`vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`);
      },
      (reason) => setTitle(String(reason)),
    );
  }, [step, embedder, found, broken, second.embedder]);

  return (
    <>
      <title>{status === 'error' ? String(error) : title}</title>
      {index && step === 'search' && <Search index={index} onFound={setFound} />}
      {index && step === 'abandon' && <Abandoned index={index} />}
      <Broken onError={setBroken} />
    </>
  );
}

createRoot(document.body).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
