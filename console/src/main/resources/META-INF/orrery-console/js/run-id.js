/** Ids of runs: the milliseconds since 2025 and a number, as the scheduler makes them. */

const FIRST_DAY = Date.UTC(2025, 0, 1);
const NUMBER_BITS = 22n;
const LONGEST = 19;

/**
 * True for a text that can be the id of a run until now, and is no beginning of one. An id that lacks its last digit is a
 * tenth of it, so the time in it lies in the first tenth of the time since 2025.
 */
export function isRunId(text, now) {
  if (!/^[1-9][0-9]*$/.test(text) || text.length > LONGEST) {
    return false;
  }
  const millis = Number(BigInt(text) >> NUMBER_BITS);
  const age = now - FIRST_DAY;
  return millis <= age && millis > age / 10;
}
