package dev.orrery.cli.archive;

import dev.orrery.cli.local.ClassArchive;
import java.util.List;

/**
 * A packaged application that gets a class archive.
 *
 * @param options of its JVM
 */
record PackagedProgram(ClassArchive archive, List<String> options) {}
