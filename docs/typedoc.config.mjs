import { readFileSync } from 'node:fs';

const { name: packageName, exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Source without its ending, below src/ → what one imports. A folder's own index goes by the folder's name. */
const imported = Object.entries(exports).flatMap(([path, { types }]) => {
  const source = types?.match(/^\.\/dist\/types\/(.+)\.d\.ts$/)?.[1];
  return source ? [[source, path.replace('.', packageName)]] : [];
});
const titles = new Map(imported.map(([source, title]) => [source.replace(/\/index$/, ''), title]));

/** The list of modules names them as their pages do. @param {import('typedoc').Application} app */
function nameModules(app) {
  app.renderer.on('endPage', (page) => {
    if (page.url !== 'README.md') return;
    page.contents = page.contents?.replace(/\[([^\]]+)\]\(/g, (_, name) => `[${titles.get(name) ?? name}](`);
  });
}

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  name: 'API reference',
  entryPoints: imported.map(([source]) => `../src/${source}.ts`).sort(),
  tsconfig: 'tsconfig.json',
  plugin: ['typedoc-plugin-markdown', nameModules],
  out: 'reference',
  outputFileStrategy: 'modules',
  readme: 'none',
  disableSources: true,
  excludePrivate: true,
  excludeExternals: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  pageTitleTemplates: { module: ({ name }) => titles.get(name) ?? name },
  parametersFormat: 'table',
  propertiesFormat: 'table',
  interfacePropertiesFormat: 'table',
  expandObjects: true,
  validation: { notExported: true, invalidLink: true, notDocumented: false },
  treatWarningsAsErrors: false,
};
