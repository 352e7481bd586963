/** Progress of adding, with pause and resume. */
import { adding, cancelAdding, pause, resume } from '../state/collection.ts';
import { text } from '../strings.ts';

const { collection } = text;

export function AddingBar() {
  const now = adding.value;
  if (!now) return null;
  const { state, name, done, total, skipped, failed, current } = now;
  const paused = state === 'paused';
  const details = [
    collection.counted(done, total),
    skipped > 0 && collection.skipped(skipped),
    failed > 0 && collection.failed(failed),
    paused ? collection.paused : current,
  ].filter(Boolean);
  return (
    <section class="adding" aria-label={collection.adding(name)}>
      <div>
        <strong>{collection.adding(name)}</strong>
        <p id="adding-text">{details.join(' · ')}</p>
      </div>
      {/* Without a value the bar is indeterminate. */}
      <progress
        aria-label={collection.adding(name)}
        max={total ?? 1}
        {...(total !== null && { value: done })}
      />
      <button type="button" onClick={() => (paused ? void resume() : pause())}>
        {paused ? collection.resume : collection.pause}
      </button>
      <button type="button" class="quiet" onClick={cancelAdding}>
        {collection.cancel}
      </button>
    </section>
  );
}
