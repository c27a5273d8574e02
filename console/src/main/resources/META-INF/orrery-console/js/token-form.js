// What the dialog for a new token sends.

/** The expiries that the dialog offers, besides none. */
export const EXPIRY_DAYS = [30, 90, 365];

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
