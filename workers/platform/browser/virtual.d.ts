/** Made by scripts/build/built-in-models.ts. */
declare module 'virtual:built-in-models' {
  /** By name; set in the package's build, empty elsewhere. */
  export const builtInModels: Readonly<
    Record<
      string,
      {
        /** Contents of the small files, JSON all of them, `tte.json` among them, by path. */
        texts: Readonly<Record<string, string>>;
        /** The large ones. */
        files: Readonly<Record<string, import('../../runtime/assets.ts').Asset>>;
      }
    >
  >;
}
