/**
 * Measures how fast the shards of one instance run. {@link dev.orrery.bench.parts.PartsScenario}
 * starts it and waits for its end; its rate is compared with that of {@code throughput}.
 */
package dev.orrery.bench.parts;
