import type { Plugin } from 'vite';

/**
 * Fails the build when two of its bundles (the page's and each worker's) write the same file: with
 * names that carry no hash, one would silently take the place of the other.
 */
export function distinctNames(): () => Plugin {
  const written = new Set<string>();
  return () => ({
    name: 'distinct-names',
    apply: 'build',
    renderChunk(_code, { fileName }) {
      if (written.has(fileName)) {
        this.error(`two bundles write ${fileName}`);
      }
      written.add(fileName);
    },
  });
}
