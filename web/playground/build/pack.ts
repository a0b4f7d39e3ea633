import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import type { Plugin, ResolvedConfig } from 'vite';

/** Below this many bytes a file fits a packet or two, and stays readable in the repository. */
const worthwhile = 2000;

/**
 * Leaves of every built file that shrinks only its gzip form. The compressor is written in
 * JavaScript and stamps no time: the zlib inside Node gives other bytes on other processors.
 */
export function pack(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'pack',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle() {
      for (const file of filesBelow(config.build.outDir)) {
        packFile(file);
      }
    },
  };
}

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function packFile(file: string) {
  const plain = readFileSync(file);
  const packed = gzipSync(plain, { level: 9, mtime: 0 });
  if (plain.length < worthwhile || packed.length > plain.length * 0.9) {
    return;
  }
  writeFileSync(`${file}.gz`, packed);
  rmSync(file);
}
