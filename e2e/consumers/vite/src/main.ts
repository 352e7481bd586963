import { createEmbedder } from 'think-then-embed';

try {
  const embedder = await createEmbedder();
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  document.title = `vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`;
} catch (error) {
  document.title = String(error);
}
