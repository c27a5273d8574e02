/**
 * Progress that attempts report while they run. {@link
 * dev.orrery.scheduler.model.progress.ProgressIntake} writes many updates in one statement, and
 * drops updates if the database is slow.
 *
 * <p>Progress is best effort: a newer update replaces a lost one. The result of an attempt belongs
 * to {@code report}.
 */
package dev.orrery.scheduler.model.progress;
