package dev.orrery.agent.startup;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.startup.AliasedSettings.Given;
import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Refuses to start with settings that cannot work, in addition to those that the SDK refuses. */
final class WorkerConfigCheck {
  private static final String PROCESSORS = "orrery.worker.processors";

  /** What Vert.x and Netty count in milliseconds of 31 bits. */
  private static final Duration LONGEST = Duration.ofDays(20);

  private WorkerConfigCheck() {}

  /**
   * Reads the protocol from the raw value: the configuration library treats an empty value as
   * absent.
   *
   * @param available whether a protocol is on the class path; called only for the named one
   * @throws StartupException for anything but exactly one name that this build knows
   */
  static Protocol protocol(Given given, Predicate<Protocol> available) {
    String raw = given.value();
    if (raw == null) {
      return Protocol.HTTP;
    }
    if (raw.contains(",")) {
      throw new StartupException(
          given.name()
              + "='"
              + raw
              + "': a worker has exactly one protocol. Valid names: "
              + Protocol.validNames()
              + ".");
    }
    Protocol protocol;
    try {
      protocol = Protocol.parse(raw);
    } catch (UnknownNameException e) {
      throw new StartupException(given.name() + "='" + raw + "': " + e.getMessage());
    }
    if (!available.test(protocol)) {
      throw new StartupException(
          given.name()
              + "="
              + protocol.canonicalName()
              + ", which this build does not contain. Set "
              + given.name()
              + "=http.");
    }
    return protocol;
  }

  /**
   * @throws StartupException with the name of the environment variable, too, because containers are
   *     configured by these
   */
  static String required(String key, Optional<String> value) {
    return value
        .filter(text -> !text.isBlank())
        .map(String::strip)
        .orElseThrow(
            () ->
                new StartupException(
                    key
                        + " is not set. Set it, or "
                        + key.toUpperCase(Locale.ROOT).replace('.', '_')
                        + " in the environment."));
  }

  /**
   * @throws StartupException for an unknown processor
   */
  static List<String> processors(List<String> names) {
    List<String> stripped = names.stream().map(String::strip).distinct().toList();
    for (String name : stripped) {
      switch (name) {
        case ProcessorSpec.NOOP, ProcessorSpec.HTTP, ProcessorSpec.JAVA, ProcessorSpec.SHELL -> {}
        default ->
            throw new StartupException(
                PROCESSORS + " names '" + name + "'. Valid names: noop, http, java, shell.");
      }
    }
    return stripped;
  }

  /**
   * @param nativeBuild whether this program is a native one
   * @throws StartupException for plugins that cannot run
   */
  static void plugins(List<String> processors, Optional<Path> directory, boolean nativeBuild) {
    if (directory.isPresent() && !processors.contains(ProcessorSpec.JAVA)) {
      throw new StartupException(
          "orrery.worker.plugin-dir is set, but "
              + PROCESSORS
              + " does not name java. Add it, or leave the directory out.");
    }
    if (directory.isPresent() && nativeBuild) {
      throw new StartupException(
          "orrery.worker.plugin-dir is set, but a native build loads no classes. Use an agent that"
              + " runs on a JVM, or leave the directory out.");
    }
  }

  /**
   * @param offered the names under which processors are offered
   * @throws StartupException if there is none: the agent would join, and run nothing
   */
  static void offered(Collection<String> offered, Optional<Path> pluginDirectory) {
    if (offered.isEmpty()) {
      throw new StartupException(
          PROCESSORS
              + " names java only, and "
              + pluginDirectory
                  .map(
                      directory ->
                          "there is no processor in orrery.worker.plugin-dir, " + directory)
                  .orElse("orrery.worker.plugin-dir is not set")
              + ": no job can run on this agent. Set orrery.worker.plugin-dir to a directory with"
              + " plugins, or name noop, http or shell, too.");
    }
  }

  /**
   * @throws StartupException for a time below 1 ms, or longer than timers count
   */
  static void positive(String key, Duration time) {
    if (time.toMillis() < 1 || time.compareTo(LONGEST) > 0) {
      throw new StartupException(key + " is " + time + ". Set it to a time from 1 ms to 20 days.");
    }
  }
}
