/** Small settings in localStorage. A browser that refuses storage only forgets them. */
const PREFIX = 'think-then-embed demo ';

export const settings = {
  read(name: string): string | null {
    try {
      return localStorage.getItem(PREFIX + name);
    } catch {
      return null;
    }
  },
  write(name: string, value: string): void {
    try {
      localStorage.setItem(PREFIX + name, value);
    } catch {
      // Full or forbidden.
    }
  },
};
