import { createEmbedder } from 'think-then-embed';
import { picoS } from 'think-then-embed-pico-s';

try {
  const embedder = await createEmbedder({ model: picoS });
  if (embedder.info.embedder.id !== 'pico-s') throw new Error(`it is ${embedder.info.embedder.id}`);
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  document.title = `vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`;
} catch (error) {
  document.title = String(error);
}
