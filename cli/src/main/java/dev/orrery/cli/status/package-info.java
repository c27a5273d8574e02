/**
 * The commands {@code status} and {@code doctor}. {@link dev.orrery.cli.status.StatusCommand} shows
 * a scheduler, its ports, and refused workers; {@link dev.orrery.cli.status.DoctorCommand} checks
 * them and names fixes.
 *
 * <p>They only read: the API, the health port if it responds, and the record of the local stack.
 */
package dev.orrery.cli.status;
