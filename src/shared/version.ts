/** The package's version, by which a page tells that its worker's script is of another one. As in package.json. */
export const VERSION = '0.1.0';
