// The order of matches of a search.

/** Items whose text contains all words of the query; those that begin with it come first, then by text. */
export function ranked(items, query, textOf) {
  const words = query.toLowerCase().split(/\s+/).filter(word => word !== '');
  if (words.length === 0) {
    return items;
  }
  return items
    .map(item => ({ item, text: textOf(item).toLowerCase() }))
    .filter(({ text }) => words.every(word => text.includes(word)))
    .map(entry => ({ ...entry, rank: rank(entry.text, words[0]) }))
    .sort((one, other) => one.rank - other.rank || one.text.localeCompare(other.text))
    .map(({ item }) => item);
}

/** The word of a query that the scheduler searches for, which it takes as one text; '' for none. */
export function longestWord(query) {
  return query
    .split(/\s+/)
    .reduce((longest, word) => (word.length > longest.length ? word : longest), '')
    .slice(0, 100);
}

function rank(text, word) {
  if (text === word) {
    return 0;
  }
  if (text.startsWith(word)) {
    return 1;
  }
  return /[-._ ]/.test(text[text.indexOf(word) - 1]) ? 2 : 3;
}
