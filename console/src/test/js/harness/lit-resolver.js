// Resolves lit-html, which the build unpacks into target, to the stand-in beside this file.

const STAND_IN = new URL('lit-html.js', import.meta.url).href;

export function resolve(specifier, context, next) {
  return specifier.includes('/lib/lit-html/') ? { url: STAND_IN, shortCircuit: true } : next(specifier, context);
}
