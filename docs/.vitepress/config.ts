import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

export default defineConfig({
  title: 'think-then-embed',
  description: 'Images, text, and both together into vectors inside a web page.',
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  outDir: '../build/docs',
  cacheDir: '../build/docs-cache',
  srcExclude: ['node_modules/**'],
  // Links that leave docs/ (README, training/, e2e/) are for readers of the repository.
  ignoreDeadLinks: [/^(\.\/)?\.\.\//],
  // The search box runs the package that was built here.
  vite: {
    resolve: {
      alias: { 'think-then-embed': fileURLToPath(new URL('../../dist/index.js', import.meta.url)) },
    },
    server: { fs: { allow: ['..'] } },
  },
  themeConfig: {
    nav: [page('Guide', '/guide'), page('API', '/reference/'), page('Architecture', '/architecture')],
    sidebar: [
      {
        text: 'Guide',
        items: [
          page('First search in five minutes', '/guide'),
          page('When to think', '/when-to-think'),
          page('Models', '/model-folders'),
          page('Search', '/search'),
          page('Answers', '/answers'),
          page('Recipes', '/recipes'),
          page('Storage', '/storage'),
          page('Privacy and limits', '/privacy'),
          page('Browsers', '/browsers'),
          page('Bundlers and hosts', '/bundlers'),
          page('In Node', '/node'),
          page('Static sites', '/static-sites'),
          page('Outgrowing the browser', '/outgrowing'),
          page('The demo', '/demo'),
        ],
      },
      {
        text: 'With your framework',
        items: [
          page('Adapters', '/adapters'),
          page('AI SDK', '/ai-sdk'),
          page('LangChain', '/langchain'),
          page('React', '/react'),
        ],
      },
      {
        text: 'Reference',
        items: [page('API in prose', '/api'), page('API from the types', '/reference/'), page('Migration', '/migration')],
      },
      {
        text: 'How it works',
        items: [
          page('Architecture', '/architecture'),
          page('Method', '/method'),
          page('Decoding', '/decoding'),
          page('Graph rewriting', '/graph-rewrite'),
          page('Evaluation', '/evaluation'),
          page('Benchmarks', '/benchmarks'),
          page('Dependencies', '/dependencies'),
        ],
      },
    ],
  },
});
