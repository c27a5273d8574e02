package dev.orrery.bench.measure;

/**
 * The average work that the database server does per instance.
 *
 * @param statements all executed statements, including {@code BEGIN} and {@code COMMIT}
 * @param commits writing transactions
 * @param walBytes of the whole server, including its background work
 */
public record DatabaseCost(double statements, double commits, double walBytes) {}
