/**
 * Faults for chaos runs. {@link dev.orrery.it.chaos.fault.Nemesis} draws them from a seed, and each
 * {@link dev.orrery.it.chaos.fault.Fault} is over when its call returns.
 *
 * <p>Faults act on processes, network links, disks and the database of {@code world}; they check
 * nothing.
 */
package dev.orrery.it.chaos.fault;
