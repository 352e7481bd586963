/** The frame around the views. */
import type { ComponentType } from 'preact';
import { addFiles } from './state/collection.ts';
import { notifyError } from './state/notices.ts';
import { applyUpdate, offline, update } from './state/offline.ts';
import { VIEWS, type View, view } from './state/route.ts';
import { text } from './strings.ts';
import { Badges } from './ui/badges.tsx';
import { DropZone } from './ui/drop-zone.tsx';
import { Loading } from './ui/loading.tsx';
import { Notices } from './ui/notices.tsx';
import { AskView } from './views/ask.tsx';
import { DeviceView } from './views/device.tsx';
import { LabView } from './views/lab.tsx';
import { MapView } from './views/map.tsx';
import { SearchView } from './views/search.tsx';

const SHOWN: Record<View, ComponentType> = {
  search: SearchView,
  ask: AskView,
  map: MapView,
  lab: LabView,
  device: DeviceView,
};

export function App() {
  const Shown = SHOWN[view.value];
  return (
    <DropZone onFiles={(found) => addFiles(found).catch(notifyError)} active={view.value === 'search'}>
      <button type="button" class="skip" onClick={toContent}>
        {text.skipLink}
      </button>
      <header class="top">
        <a class="brand" href="#search">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M7 10h9M7 16h5M7 22h9m3 0 6-12" />
            <circle cx="25" cy="9" r="2.4" />
          </svg>
          <h1>{text.name}</h1>
        </a>
        <nav aria-label={text.navigation}>
          {VIEWS.map((name) => (
            <a key={name} href={`#${name}`} aria-current={view.value === name ? 'page' : undefined}>
              {text.views[name]}
            </a>
          ))}
        </nav>
      </header>
      <main id="content" tabIndex={-1}>
        <Update />
        <Notices />
        <Loading />
        <Shown />
      </main>
      <Badges offline={offline.value} />
    </DropZone>
  );
}

function toContent(): void {
  document.getElementById('content')?.focus();
}

function Update() {
  if (!update.value) return null;
  return (
    <p class="banner" role="status">
      {text.update.ready}
      <button type="button" onClick={applyUpdate}>
        {text.update.take}
      </button>
    </p>
  );
}
