// Resolves what only the build makes: lit-html to the stand-in beside this file, and the shared sentences to their table.

import { readFile } from 'node:fs/promises';

const STAND_IN = new URL('lit-html.js', import.meta.url).href;
const SENTENCES = new URL('../../../../../protocol/src/main/resources/dev/orrery/protocol/text/', import.meta.url);

export function resolve(specifier, context, next) {
  if (specifier.includes('/lib/lit-html/')) {
    return { url: STAND_IN, shortCircuit: true };
  }
  const table = specifier.match(/sentences-\w+(?=\.js$)/);
  return table ? { url: new URL(`${table[0]}.json`, SENTENCES).href, format: 'module', shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  return url.startsWith(SENTENCES.href)
    ? { format: 'module', source: `export default ${await readFile(new URL(url), 'utf8')}`, shortCircuit: true }
    : next(url, context);
}
