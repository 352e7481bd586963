/** Settings in localStorage. Where the browser refuses storage, they are lost on reload. */
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
      // Storage is full or forbidden.
    }
  },
};
