import { createEmbedder } from 'think-then-embed';

async function main() {
  const embedder = await createEmbedder({ assetsUrl: './think-then-embed/' });
  const { vector } = await embedder.embed({ text: 'a red bicycle' });
  document.title = `vector of ${vector.length}, length ${Math.hypot(...vector).toFixed(3)}`;
}

main().catch((error) => {
  document.title = String(error);
});
