/** Figures over the ends of some runs: how often they succeeded, and how long they took. */

import { FAILURES } from './states.js';

const GOOD = ['SUCCEEDED'];

/** @returns {{ends: number, successRate: number|null, p50: number|null, p95: number|null}} of runs that succeeded or failed */
export function figuresOf(runs) {
  const good = runs.filter(run => GOOD.includes(run.state)).length;
  const bad = runs.filter(run => FAILURES.includes(run.state)).length;
  const millis = runs.map(run => run.runMillis).filter(value => value !== null && value !== undefined);
  return {
    ends: good + bad,
    successRate: good + bad === 0 ? null : good / (good + bad),
    p50: quantile(millis, 0.5),
    p95: quantile(millis, 0.95),
  };
}

/** The smallest value that is at least as large as the given part of all; null without values. */
export function quantile(values, part) {
  if (values.length === 0) {
    return null;
  }
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
}
