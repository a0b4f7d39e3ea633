import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin, Rolldown } from 'vite';

interface Package {
  dir: string;
  name: string;
  version: string;
  license: string;
}

/** Both bring a few lines of their own into every bundle, as modules without a file. */
const runtimes = /^\0?(vite|rolldown)\//;

/**
 * Writes to file the name, version and licence text of every package that has a module in the
 * bundle. Give collect() to the workers' builds too: each of them is a bundle of its own.
 */
export function thirdParty(file: string): { collect: () => Plugin; write: () => Plugin } {
  const dirs = new Set<string>();
  const collect = (): Plugin => ({
    name: 'third-party-collect',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const id of Object.values(bundle).flatMap(renderedModules)) {
        const dir = packageDir(id);
        if (dir) {
          dirs.add(dir);
        }
      }
    },
  });
  const write = (): Plugin => ({
    name: 'third-party-write',
    apply: 'build',
    closeBundle() {
      writeFileSync(file, report([...dirs].map(readPackage)));
    },
  });
  return { collect, write };
}

/** The modules of which something is left in an output file after tree-shaking. */
function renderedModules(output: Rolldown.OutputAsset | Rolldown.OutputChunk): string[] {
  if (output.type === 'asset') {
    return [];
  }
  return Object.entries(output.modules)
    .filter(([, module]) => module.renderedLength > 0)
    .map(([id]) => id);
}

/** The folder of the package that a module belongs to; undefined for modules of our own. */
function packageDir(id: string): string | undefined {
  const runtime = runtimes.exec(id);
  if (runtime) {
    return ancestorWithManifest(fileURLToPath(import.meta.resolve(runtime[1])));
  }
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
}

function ancestorWithManifest(file: string): string {
  let dir = dirname(file);
  while (!existsSync(join(dir, 'package.json'))) {
    dir = dirname(dir);
  }
  return dir;
}

function readPackage(dir: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  return { dir, name, version, license };
}

/** Packages under one and the same text stand together, the text once below them. */
function report(packages: Package[]): string {
  const byText = new Map<string, Set<string>>();
  for (const pkg of packages.sort(byNameAndVersion)) {
    const text = licenceText(pkg, packages);
    const line = `${pkg.name} ${pkg.version} (${pkg.license})`;
    byText.set(text, (byText.get(text) ?? new Set()).add(line));
  }
  const sections = [...byText].map(([text, lines]) => `${[...lines].join('\n')}\n\n${text}\n`);
  return [heading, ...sections].join(`\n${'='.repeat(80)}\n\n`);
}

const heading = `浏览器页面所含的第三方软件及其许可。由构建生成，请勿手改。
Third-party software in the browser pages, and its licences. Made by the build; do not edit.
`;

function byNameAndVersion(a: Package, b: Package): number {
  return compare(a.name, b.name) || compare(a.version, b.version);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Packages published without a licence file, and the one of the same authors that carries it. */
const sisters: Record<string, string> = {
  '@graphiql/plugin-doc-explorer': '@graphiql/react',
  '@graphiql/plugin-explorer': '@graphiql/react',
  '@graphiql/plugin-history': '@graphiql/react',
  'react-compiler-runtime': 'react',
  'react-remove-scroll-bar': 'react-remove-scroll',
};

function licenceText(pkg: Package, packages: Package[]): string {
  const sister = packages.find(({ name }) => name === sisters[pkg.name]);
  const text = ownNotices(pkg) || (sister?.license === pkg.license && ownNotices(sister));
  if (!text) {
    throw new Error(`${pkg.name} ${pkg.version} is in the bundle, but no licence text comes with it`);
  }
  return [text, ...addendum(pkg)].join('\n\n');
}

function ownNotices({ dir }: Package): string {
  return readdirSync(dir)
    .filter((name) => /^(licen[cs]e|copying|notice|third-?party-?notices)/i.test(name))
    .sort()
    .map((name) => tidy(readFileSync(join(dir, name), 'utf8')))
    .join('\n\n');
}

/** What licences/NAME.txt adds where a package's own notices are not complete. */
function addendum({ name }: Package): string[] {
  const file = join('licences', `${name}.txt`);
  return existsSync(file) ? [tidy(readFileSync(file, 'utf8'))] : [];
}

/** Vite's file goes on with the packages inside its command line, of which no page has anything. */
function tidy(text: string): string {
  const [own] = text.split(/^# Licenses of bundled dependencies\nThe published Vite /m);
  return own.replaceAll(/[^\S\n]+$/gm, '').trim();
}
