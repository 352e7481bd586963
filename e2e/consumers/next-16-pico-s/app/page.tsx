'use client';
import { useEffect } from 'react';
import { createEmbedder } from 'think-then-embed';
import { picoS } from 'think-then-embed-pico-s';

export default function Page() {
  useEffect(() => {
    const ended = new AbortController();
    createEmbedder({ model: picoS, signal: ended.signal })
      .then(async (embedder) => {
        if (embedder.info.embedder.id !== 'pico-s') throw new Error(`it is ${embedder.info.embedder.id}`);
        const { vector } = await embedder.embed({ text: 'a red bicycle' });
        await embedder.dispose();
        document.title = `vector of ${vector.length}, length ${Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0)).toFixed(3)}`;
      })
      .catch((error) => {
        if (!ended.signal.aborted) document.title = String(error);
      });
    return () => ended.abort();
  }, []);
  return <p>A page of Next that brings its own model.</p>;
}
