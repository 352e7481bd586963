/** Models, stored data, and the abilities of this device. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { megabytes } from '../format.ts';
import { sample } from '../ingest/sample.ts';
import type { Sample } from '../ingest/sample-items.ts';
import { count } from '../state/collection.ts';
import { deviceReport } from '../state/device-report.ts';
import { info } from '../state/engine.ts';
import { notifyError } from '../state/notices.ts';
import { installPrompt, offline } from '../state/offline.ts';
import { text } from '../strings.ts';
import { Exchange } from './exchange.tsx';
import { Models } from './models.tsx';
import { Storage } from './storage.tsx';

const { device } = text;

export function DeviceView() {
  return (
    <div class="columns device">
      <Models />
      <Storage />
      <Exchange />
      <Offline />
      <Report />
      <Sources />
    </div>
  );
}

function Offline() {
  const now = offline.value;
  return (
    <section class="panel" aria-labelledby="offline-title">
      <h2 id="offline-title">{device.offline}</h2>
      <p>{now.state === 'ready' ? device.offlineReady(megabytes(now.total)) : device.offlineNot}</p>
      {now.state === 'none' && <p class="note">{now.reason}</p>}
      {installPrompt.value && (
        <button type="button" onClick={() => void installPrompt.value?.prompt()}>
          {device.install}
        </button>
      )}
    </section>
  );
}

const shown = signal('');
const copied = signal(false);

function Report() {
  const state = [info.value, count.value, offline.value.state].join();
  useEffect(() => {
    copied.value = false;
    void deviceReport().then((report) => {
      shown.value = report;
    });
  }, [state]);
  return (
    <section class="panel" aria-labelledby="report-title">
      <h2 id="report-title">{device.report}</h2>
      <p class="note">{device.reportAbout}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre id="report" tabIndex={0}>
        {shown.value}
      </pre>
      <div class="actions">
        <button
          type="button"
          onClick={() =>
            void navigator.clipboard.writeText(shown.value).then(() => {
              copied.value = true;
            })
          }
        >
          {device.copy}
        </button>
        <output>{copied.value && device.copied}</output>
      </div>
    </section>
  );
}

/** Whose the samples are, and under which licence. */
function Sources() {
  const [licenses, setLicenses] = useState<Sample['licenses']>([]);
  useEffect(() => {
    sample().then(({ licenses }) => setLicenses(licenses), notifyError);
  }, []);
  return (
    <section class="panel" aria-labelledby="sources-title">
      <h2 id="sources-title">{device.sources}</h2>
      <ul>
        {licenses.map(({ what, from, license }) => (
          <li key={what + from}>{device.sourced(what, from, license)}</li>
        ))}
      </ul>
    </section>
  );
}
