/**
 * One app attacks the scheduler, and another one must not feel it. {@link
 * dev.orrery.it.neighbours.AttackCatalog} lists the attacks, {@link
 * dev.orrery.it.neighbours.VictimProbe} measures the neighbour, and {@link
 * dev.orrery.it.neighbours.NeighboursTrial} arranges both.
 *
 * <p>The flood of submissions with little memory is {@code FloodIT}.
 */
package dev.orrery.it.neighbours;
