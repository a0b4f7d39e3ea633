import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { distinctNames } from './build/distinctNames.ts';
import { pack } from './build/pack.ts';
import { thirdParty } from './build/thirdParty.ts';

// Names without a hash: an upgrade changes the committed files instead of adding others.
const output = {
  entryFileNames: 'assets/[name].js',
  chunkFileNames: 'assets/[name].js',
  assetFileNames: 'assets/[name][extname]',
};
// React's compiler marks modules with a directive that means nothing in a browser.
const checks = { moduleLevelDirective: false };

const distinct = distinctNames();
const licences = thirdParty('../dist/THIRD_PARTY.txt');

export default defineConfig({
  base: './',
  plugins: [react(), distinct(), licences.collect(), licences.write(), pack()],
  worker: {
    format: 'es',
    plugins: () => [distinct(), licences.collect()],
    // One file a worker: the parts of two bundles may not share a name.
    rollupOptions: { output: { ...output, codeSplitting: false }, checks },
  },
  build: {
    outDir: '../dist/playground',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: { output, checks },
  },
});
