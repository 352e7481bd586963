import { createEmbedder } from '/dist/index.js';

const [form, list, status] = ['form', 'ol', '[role=status]'].map((name) => document.querySelector(name));
const tte = await createEmbedder();
const docs = await tte.openIndex('docs', { from: 'site.tte.parquet' });
status.textContent = 'Ready.';

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = new FormData(form).get('question');
  for await (const { hits } of docs.search({ text }, { topK: 5 })) list.replaceChildren(...hits.map(entry));
});

function entry({ text, metadata: { url, title, heading = title } }) {
  const link = Object.assign(document.createElement('a'), { href: url, textContent: heading });
  const item = document.createElement('li');
  item.append(link, ' ', text?.slice(0, 200) ?? '');
  return item;
}
