import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { writeStamp } from './scripts/build-stamp.mjs'
import { contract } from './shared/rpc/contract.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** One file for each program and each worker thread, by the name it has in `out/main`. */
const ENTRIES: Readonly<Record<string, string>> = {
  'index': at('electron/main/index.ts'),
  'host': at('electron/host/index.ts'),
  'cli': at('electron/cli/index.ts'),
  'store-worker': at('electron/core/connections/store-worker.ts'),
  'settings-worker': at('electron/core/project/reading/settings-worker.ts'),
  'decode-worker': at('electron/core/workers/decode-worker.ts'),
}

const names = (kind: 'call' | 'stream'): string[] => Object.entries(contract).filter(([, entry]) => entry.kind === kind).map(([name]) => name)

/** The pages are built last: after them, out/ is whole. */
const stampBuild: Plugin = { name: 'stamp-build', apply: 'build', writeBundle: () => writeStamp(import.meta.dirname) }

export default defineConfig({
  main: {
    build: {
      target: 'node26',
      // Hundreds of small files, of which little is used: to find and to read them took a short command longer than its work.
      externalizeDeps: { exclude: ['zod', 'yaml', 'commander', '@intlify/core-base', '@lezer/common', '@lezer/python', '@lezer/lr', '@lezer/highlight', 'env-paths'] },
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).filter(([, file]) => existsSync(file))),
        output: { chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    define: { CALL_NAMES: JSON.stringify(names('call')), STREAM_NAMES: JSON.stringify(names('stream')) },
    build: {
      // The sandbox loads one CommonJS file and lets it require almost nothing: everything but `electron` is bundled.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: at('electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    publicDir: at('resources/public'),
    base: './',
    // Without hoisting, Vue builds every node by itself and never hands markup to the HTML parser (docs/security.md).
    plugins: [vue({ template: { compilerOptions: { hoistStatic: false } } }), stampBuild],
    build: {
      target: 'chrome140',
      // Small files stay files: the content security policy allows no data: URLs but images.
      assetsInlineLimit: 0,
      // The polyfill would be one more script; every browser that this is for preloads modules by itself.
      modulePreload: { polyfill: false },
      rolldownOptions: { input: at('renderer/index.html') },
    },
  },
})
