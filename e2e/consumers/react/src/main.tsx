import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createEmbedder } from 'think-then-embed';

function FirstVector() {
  const [title, setTitle] = useState('loading');
  useEffect(() => {
    const ended = new AbortController();
    createEmbedder({ signal: ended.signal })
      .then(async (embedder) => {
        const { vector } = await embedder.embed({ text: 'a red bicycle' });
        setTitle(`vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`);
      })
      .catch((error) => {
        if (!ended.signal.aborted) setTitle(String(error));
      });
    return () => ended.abort();
  }, []);
  return <title>{title}</title>;
}

createRoot(document.body).render(
  <StrictMode>
    <FirstVector />
  </StrictMode>,
);
