package dev.orrery.bench.stack;

import dev.orrery.bench.server.Database;
import java.util.List;

/**
 * Where instances are submitted and run.
 *
 * @param apps one app, by calls to each replica
 */
public record Site(Database database, List<App> apps) {}
