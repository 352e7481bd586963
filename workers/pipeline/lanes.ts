/** Runs `work` for all items, at most `lanes` at a time. @throws what the first failing one throws; no further item is begun then */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let failed = false;
  const lane = async () => {
    for (const item of left) {
      if (failed) return;
      await work(item);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, () =>
      lane().catch((error) => {
        failed = true;
        throw error;
      }),
    ),
  );
}
