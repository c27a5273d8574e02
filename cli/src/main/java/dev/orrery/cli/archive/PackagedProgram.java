package dev.orrery.cli.archive;

import dev.orrery.cli.local.ClassArchive;
import java.util.List;

/**
 * A packaged application for which a class archive is created.
 *
 * @param options of its JVM
 */
record PackagedProgram(ClassArchive archive, List<String> options) {}
