import { createEmbedder } from '/dist/index.js';

const [form, list, status] = ['form', 'ol', '[role=status]'].map((name) => document.querySelector(name));
const tte = await createEmbedder();
const docs = await tte.openIndex('docs', { from: 'site.tte.parquet' });
status.textContent = 'Ready.';

let latest = 0;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const search = ++latest;
  list.ariaBusy = 'true';
  for await (const { hits } of docs.search({ text: new FormData(form).get('question') }, { topK: 5 })) {
    if (search !== latest) return; // a newer question has been asked
    list.replaceChildren(...hits.map(entry));
  }
  list.ariaBusy = 'false';
});

function entry({ text, metadata: { url, title, heading = title } }) {
  const link = Object.assign(document.createElement('a'), { href: url, textContent: heading });
  const item = document.createElement('li');
  item.append(link, ' ', text?.slice(0, 200) ?? '');
  return item;
}
