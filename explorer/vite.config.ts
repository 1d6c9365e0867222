import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Smaller than this, an answer fits a network packet or two, and compressing it saves nothing. */
const WORTH_COMPRESSING_BYTES = 1024;

export default defineConfig({
  // Addresses are relative, so that the page also works under an issuer with a path.
  base: './',
  logLevel: 'warn',
  build: {
    outDir: '../dist/explorer',
    emptyOutDir: true,
    // The page is `/explorer` and its assets `/explorer/<name>-<hash>`.
    assetsDir: 'explorer',
    // No `data:` addresses, so that the page's policy can do without them for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      // Of libraries that are also made for servers: it means nothing here.
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: 'es' },
  plugins: [precompress()],
});

/**
 * Writes `.br` and `.gz` beside every asset, so that no request waits for a compressor. Browsers take
 * Brotli over https and from localhost, and gzip everywhere.
 */
function precompress(): Plugin {
  const brotli = promisify(brotliCompress);
  // Quality 11 would save another 9 % and take 7 s instead of half a second.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  return {
    name: 'precompress',
    apply: 'build',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.fileName === 'index.html') continue;
          const bytes = Buffer.from(file.type === 'chunk' ? file.code : file.source);
          if (bytes.length < WORTH_COMPRESSING_BYTES) continue;
          const [br, gz] = await Promise.all([
            brotli(bytes, { params }),
            promisify(gzip)(bytes, { level: 9 }),
          ]);
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source: br });
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gz });
        }
      },
    },
  };
}
