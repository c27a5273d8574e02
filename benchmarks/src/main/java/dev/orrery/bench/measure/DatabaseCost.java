package dev.orrery.bench.measure;

/**
 * The work of the database for one instance, on average.
 *
 * @param statements all that it executed, {@code BEGIN} and {@code COMMIT} included
 * @param commits transactions that wrote
 * @param walBytes all of the server, with what its own background work wrote meanwhile
 */
public record DatabaseCost(double statements, double commits, double walBytes) {}
