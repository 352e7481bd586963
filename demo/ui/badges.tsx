/** The page's current state, as measured or as reported by the package. */
import { choice } from '../state/choices.ts';
import { info } from '../state/engine.ts';
import type { Offline } from '../state/offline.ts';
import { traffic } from '../state/traffic.ts';
import { text } from '../strings.ts';

const { badges } = text;

export function Badges({ offline }: { offline: Offline }) {
  const loaded = info.value;
  const dtypes = loaded && [...new Set([loaded.embedder.dtype, loaded.reasoner?.dtype])].filter(Boolean);
  const counted = traffic.value;
  return (
    <footer class="badges">
      <ul aria-label={badges.title}>
        {loaded ? (
          <>
            <li id="badge-device" data-state="good">
              {badges.device[loaded.device]}, {loaded.system}
            </li>
            <li id="badge-model">{choice.value.name}</li>
            <li id="badge-dtype">{dtypes?.join(' and ')}</li>
            <li id="badge-threads" title={badges.threadsWhy}>
              {badges.threads(loaded.threads)}
            </li>
          </>
        ) : (
          <li id="badge-device" data-state="off">
            {badges.notLoaded}
          </li>
        )}
        <li
          id="badge-offline"
          data-state={offline.state === 'ready' ? 'good' : 'off'}
          title={offline.state === 'none' ? offline.reason : undefined}
        >
          {keptText(offline)}
        </li>
        <li
          id="badge-sent"
          data-state={!counted ? 'off' : counted.requests === 0 ? 'good' : 'warn'}
          title={badges.sentWhy}
        >
          {counted ? badges.sent(counted.bytes, counted.requests) : badges.notMeasured}
        </li>
      </ul>
    </footer>
  );
}

function keptText(offline: Offline): string {
  if (offline.state !== 'keeping') return badges.offline[offline.state];
  return badges.offline.keeping(`${Math.round((100 * offline.kept) / offline.total)} %`);
}
