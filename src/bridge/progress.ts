import type { LoadProgress } from '../shared/types.ts';

const INTERVAL_MS = 33;

/**
 * Throttles progress to 30 events per second within a phase and keeps it monotonic: a second worker (on another device, or
 * after a crash) starts from zero, but its progress is shown from where the first one stopped.
 */
export function monotonic(report: (progress: LoadProgress) => void, now = () => performance.now()) {
  let loaded = 0;
  let total = 0;
  let phase: LoadProgress['phase'] | undefined;
  let due = 0;
  return (progress: LoadProgress): void => {
    total = Math.max(total, progress.total);
    loaded = Math.max(loaded, progress.loaded);
    const complete = progress.loaded === progress.total;
    if (progress.phase === phase && !complete && now() < due) return;
    phase = progress.phase;
    due = now() + INTERVAL_MS;
    report({ ...progress, loaded, total });
  };
}
