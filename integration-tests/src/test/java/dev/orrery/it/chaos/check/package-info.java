/**
 * Rules that hold after a chaos run. {@link dev.orrery.it.chaos.check.Checker} applies each {@link
 * dev.orrery.it.chaos.check.Rule} to the recorded {@link dev.orrery.it.chaos.check.Facts} and
 * returns the {@link dev.orrery.it.chaos.check.Violation}s.
 *
 * <p>All rules are pure: they open no connection and start no process. A new promise of the
 * scheduler gets a rule here and a seeded bug that breaks it.
 */
package dev.orrery.it.chaos.check;
