package dev.orrery.bench.stack;

import dev.orrery.bench.server.BenchDatabase;
import java.util.List;

/**
 * The system to which a scenario submits runs: schedulers, agents and their database.
 *
 * @param apps the same app, called through each replica
 */
public record SubmissionTarget(
    BenchDatabase database,
    List<BenchApp> apps,
    List<BenchProgram> schedulers,
    List<BenchProgram> agents) {}
