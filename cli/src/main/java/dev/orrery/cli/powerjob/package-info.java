/**
 * The command {@code powerjob import}. {@link dev.orrery.cli.powerjob.PowerJobSource} reads jobs
 * from PowerJob's database or server, {@link dev.orrery.cli.powerjob.ImportPlan} decides what
 * becomes of each, and {@link dev.orrery.cli.powerjob.ImportApplier} applies the files.
 *
 * <p>The translation of a job belongs to {@code protocol/powerjob}, as does that of calls by
 * PowerJob clients.
 */
package dev.orrery.cli.powerjob;
