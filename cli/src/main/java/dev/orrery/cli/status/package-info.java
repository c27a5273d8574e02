/**
 * The commands {@code status} and {@code doctor}. {@link dev.orrery.cli.status.StatusCommand} shows
 * a scheduler, its ports, and workers that are refused; {@link dev.orrery.cli.status.DoctorCommand}
 * checks them and names fixes.
 *
 * <p>They only read: the API, the health port where it answers, and the record of the local stack.
 */
package dev.orrery.cli.status;
