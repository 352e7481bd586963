/** Exports the collection to a file and imports it again. */
import { signal } from '@preact/signals';
import { collection, count } from '../state/collection.ts';
import { notifyError } from '../state/notices.ts';
import { text } from '../strings.ts';
import { PickButton, Select } from '../ui/controls.tsx';

const { device } = text;
const FORMATS = { parquet: 'Parquet', jsonl: 'JSON Lines', npy: 'NumPy', sql: 'SQL (pgvector)' } as const;
type Format = keyof typeof FORMATS;

const format = signal<Format>('parquet');
const status = signal('');

export function Exchange() {
  return (
    <section class="panel" aria-labelledby="exchange-title">
      <h2 id="exchange-title">{device.exchange}</h2>
      <p class="note">{device.exchangeAbout}</p>
      <Select label={device.format} options={FORMATS} value={format} />
      <div class="actions">
        <button type="button" disabled={!count.value} onClick={() => void save().catch(notifyError)}>
          {device.export}
        </button>
        <PickButton
          label={device.import}
          id="import"
          onFiles={(found) => void load(found.map(({ file }) => file)).catch(notifyError)}
        />
        <output id="exchange-status">{status.value}</output>
      </div>
    </section>
  );
}

async function save(): Promise<void> {
  const files = await (await collection()).export({ format: format.value });
  for (const file of files) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
    // The download reads the blob after the click, so revoke its URL later.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
  status.value = device.exported(files.map(({ name }) => name).join(', '));
}

async function load(files: File[]): Promise<void> {
  const { added, replaced } = await (await collection()).import(files);
  status.value = device.imported(added + replaced);
}
