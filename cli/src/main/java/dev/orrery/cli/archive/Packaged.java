package dev.orrery.cli.archive;

import dev.orrery.cli.local.ClassArchive;
import java.util.List;

/**
 * A packaged application whose archive is to be made.
 *
 * @param options of its JVM
 */
record Packaged(ClassArchive archive, List<String> options) {}
