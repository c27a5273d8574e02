/**
 * The program behind {@code ./orrery bench}. {@link dev.orrery.bench.Main} reads the options,
 * {@link dev.orrery.bench.ScenarioCatalog} lists the scenarios, and {@link
 * dev.orrery.bench.RoundRunner} measures them in turn, so that disturbances affect all of them.
 *
 * <p>Each {@link dev.orrery.bench.Scenario} is in a package of its own. Results of different runs
 * are not comparable; only ratios within one run are.
 */
package dev.orrery.bench;
