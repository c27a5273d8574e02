/**
 * One app attacks the scheduler, and another must not notice it. {@link
 * dev.orrery.it.neighbours.AttackCatalog} lists the attacks, {@link
 * dev.orrery.it.neighbours.VictimProbe} measures the neighbour, and {@link
 * dev.orrery.it.neighbours.NeighboursTrial} combines both.
 *
 * <p>{@code FloodIT} floods a scheduler that has little memory.
 */
package dev.orrery.it.neighbours;
