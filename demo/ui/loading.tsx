/** Model download progress. */
import { megabytes } from '../format.ts';
import { progress, stopLoading } from '../state/engine.ts';
import { text } from '../strings.ts';

export function Loading() {
  const now = progress.value;
  if (!now) return null;
  const { phase, loaded, total } = now;
  const stored = phase === 'download' && now.source === 'storage';
  const what = phase === 'ready' ? '' : stored ? text.progress.stored : text.progress[phase];
  const file = phase === 'download' && now.file ? ` · ${now.file}` : '';
  return (
    <section class="loading" aria-label={text.progress.loading}>
      <progress
        id="progress-bar"
        max={1}
        {...(total > 0 && { value: loaded / total })}
        aria-label={text.progress.loading}
      />
      <p id="progress-text">
        {total > 0 ? text.progress.of(what, megabytes(loaded), megabytes(total)) : what}
        {file}
      </p>
      <button type="button" onClick={stopLoading}>
        {text.stop}
      </button>
    </section>
  );
}
