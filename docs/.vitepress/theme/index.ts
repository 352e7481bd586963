import DefaultTheme from 'vitepress/theme';
import { h } from 'vue';
import SiteSearch from './site-search.vue';

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'nav-bar-content-before': () => h(SiteSearch) }),
};
