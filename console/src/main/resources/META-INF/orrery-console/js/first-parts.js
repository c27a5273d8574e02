// The first part of what can be long, so that a page shows what comes behind it.

/**
 * The first parameters of a map, with values of a few lines.
 *
 * @returns `{rows: [{name, value}], isCut}`; `isCut` is true if names or parts of values are missing
 */
export function firstParameters(map, { most = 8, lines = 3, characters = 200 } = {}) {
  const names = Object.keys(map);
  const rows = names.slice(0, most).map(name => ({ name, value: firstLines(String(map[name]), lines, characters) }));
  return { rows, isCut: names.length > most || rows.some(({ name, value }) => value !== String(map[name])) };
}

function firstLines(text, lines, characters) {
  const start = text.split('\n', lines).join('\n').slice(0, characters);
  return start === text ? text : `${start.replace(/[\ud800-\udbff]$/, '')} …`;
}
