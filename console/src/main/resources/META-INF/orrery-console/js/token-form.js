// Tokens of an app: what the dialog for a new one sends, and which ones the list shows.

import { ranked } from './search.js';

/** The expiries that the dialog offers, besides none. */
export const EXPIRY_DAYS = [30, 90, 365];

/** The tokens that the list shows before it is asked for all. */
export const SHOWN_TOKENS = 10;

/** The days that the dialog offers first: a person's token ends, and one of a program stays, because its end stops work. */
export function standardDays(role) {
  return role === 'worker' || role === 'declare' ? 0 : 90;
}

/**
 * The tokens that match a search, newest first; without a search the newest ones.
 *
 * @returns `{shown, more}`; `more` tokens match but are not shown
 */
export function tokensToShow(tokens, { query = '', all = false } = {}) {
  const newest = [...tokens].sort(
    (one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt) || Number(other.id) - Number(one.id),
  );
  const found = query.trim() === '' ? newest : ranked(newest, query, token => `${token.name ?? ''} ${token.role} ${token.id}`);
  const shown = all || query.trim() !== '' ? found : found.slice(0, SHOWN_TOKENS);
  return { shown, more: found.length - shown.length };
}

const DAY = 86_400_000;

/**
 * The body of the call that creates a token.
 *
 * @param days until it expires; 0 for never
 * @param now in milliseconds
 */
export function tokenBody({ role, name, days }, now) {
  const body = { role };
  if (name.trim() !== '') {
    body.name = name.trim();
  }
  if (days > 0) {
    body.expiresAt = new Date(now + days * DAY).toISOString();
  }
  return body;
}
