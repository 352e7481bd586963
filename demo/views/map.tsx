/** The collection at a glance: similar items lie close together, and a matrix compares the selected ones. */
import { useEffect } from 'preact/hooks';
import { changes, count, expected } from '../state/collection.ts';
import {
  drawMap,
  isDrawing,
  kindOf,
  MIN_ITEMS,
  places,
  select,
  selection,
  stopDrawing,
  updateMap,
} from '../state/map.ts';
import { text } from '../strings.ts';
import { MapCanvas } from './map-canvas.tsx';
import { MatrixView } from './matrix.tsx';

const words = text.map;

export function MapView() {
  const total = count.value;
  const enough = (total ?? 0) >= MIN_ITEMS;
  const now = changes.value;
  useEffect(() => {
    if (enough) updateMap();
  }, [enough, now, isDrawing.value === null]);
  return (
    <div class="map">
      <p class="lead">{words.about}</p>
      {enough ? (
        <>
          <Bar />
          <div class="panel">
            <MapCanvas />
            <Legend />
          </div>
          <MatrixView />
        </>
      ) : total === null && expected() ? (
        <p class="note">{text.collection.opening}</p>
      ) : (
        <p class="note">
          {words.few} <a href="#search">{words.fill}</a>
        </p>
      )}
    </div>
  );
}

function Bar() {
  const done = isDrawing.value;
  const chosen = selection.value.length;
  return (
    <div class="bar">
      <p id="map-status" role="status">
        {done !== null ? words.drawing : chosen > 0 ? words.selected(chosen) : words.none}
      </p>
      {done !== null && <progress max={1} value={done} aria-label={words.drawing} />}
      <div class="actions">
        {chosen > 0 && (
          <button type="button" onClick={() => select([])}>
            {words.clear}
          </button>
        )}
        {done === null ? (
          <button type="button" onClick={() => void drawMap(true)}>
            {places.value.length > 0 ? words.again : words.make}
          </button>
        ) : (
          <button type="button" onClick={stopDrawing}>
            {text.stop}
          </button>
        )}
      </div>
    </div>
  );
}

/** Lists every kind, because the map reads its colours here; kinds that are not on the map are hidden. */
function Legend() {
  const there = new Set(places.value.map(({ item }) => kindOf(item)));
  return (
    <ul class="legend">
      {Object.entries(words.kinds).map(([kind, name]) => (
        <li key={kind} data-kind={kind} hidden={!there.has(kind)}>
          <span>{name}</span>
        </li>
      ))}
    </ul>
  );
}
