package dev.orrery.bench.stack;

import dev.orrery.bench.server.BenchDatabase;
import java.util.List;

/**
 * A target for submissions.
 *
 * @param apps one app, through each replica
 */
public record SubmissionTarget(
    BenchDatabase database,
    List<BenchApp> apps,
    List<BenchProgram> schedulers,
    List<BenchProgram> agents) {}
