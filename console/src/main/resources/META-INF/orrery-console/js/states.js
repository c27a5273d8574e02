// The states of runs, in the order in which pages show them.

export const END_STATES = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'CANCELED', 'SKIPPED'];
export const INSTANCE_STATES = ['WAITING', 'RUNNING', ...END_STATES];
/** The ends that count as failures. */
export const FAILURES = ['FAILED', 'TIMED_OUT'];
