/**
 * Opens a session while something else is prepared, so that reading and parsing one overlaps with waiting for the other. If
 * either fails, the session is released.
 */
export async function beside<S extends { release(): Promise<void> }, T>(
  opening: Promise<S>,
  preparing: Promise<T>,
): Promise<[S, T]> {
  try {
    return await Promise.all([opening, preparing]);
  } catch (error) {
    void opening.then((session) => session.release()).catch(() => {});
    throw error;
  }
}
