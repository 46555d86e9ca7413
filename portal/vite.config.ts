// How the portal is built: `npm run portal`. Everything it loads lies in `dist`, under names that change with content.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite reads it so.
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    // Which files a page needs, for the test of their weight.
    manifest: true,
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no data: in scripts and styles.
    assetsInlineLimit: 0,
    // Browsers that the target names load modules ahead by themselves.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Few files that all pages share, instead of one for each icon and component: they pack better, and come at once.
        codeSplitting: {
          groups: [
            { name: 'icons', test: /@tabler/ },
            { name: 'shared', test: /node_modules\/(?!echarts|zrender|uqr|@simplewebauthn)/, minShareCount: 12 },
            {
              name: 'parts',
              test: /portal\/src\/(?:parts|api)\/(?!data-list|paged-list|list-columns|filter-chips|more-foot)/,
              minShareCount: 4,
              priority: 1,
            },
            // Pages that are forms have no lists.
            { name: 'lists', test: /portal\/src\/parts\//, minShareCount: 4 },
          ],
        },
      },
    },
  },
});
