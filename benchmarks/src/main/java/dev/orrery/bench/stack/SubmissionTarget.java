package dev.orrery.bench.stack;

import dev.orrery.bench.server.BenchDatabase;
import java.util.List;

/**
 * A place where instances are submitted and run.
 *
 * @param apps one app, by calls to each replica
 */
public record SubmissionTarget(BenchDatabase database, List<BenchApp> apps) {}
