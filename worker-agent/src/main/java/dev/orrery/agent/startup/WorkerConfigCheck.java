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

/** Rejects settings that cannot work, in addition to the checks of the SDK. */
final class WorkerConfigCheck {
  private static final String PROCESSORS = "orrery.worker.processors";

  /** The maximum delay of timers in Vert.x and Netty, which count milliseconds in 31 bits. */
  private static final Duration MAX_DURATION = Duration.ofDays(20);

  private WorkerConfigCheck() {}

  /**
   * Parses the protocol from the raw value, because the configuration library treats an empty value
   * as absent.
   *
   * @param available whether a protocol is on the class path; called only for the named one
   * @throws StartupException unless the value names exactly one protocol of this build
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
   * @throws StartupException that also names the environment variable, which is common for
   *     containers
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
   * @throws StartupException if it is empty: the agent would connect and run nothing
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
   * @throws StartupException for a time below 1 ms, or above the maximum of timers
   */
  static void positive(String key, Duration time) {
    if (time.toMillis() < 1 || time.compareTo(MAX_DURATION) > 0) {
      throw new StartupException(key + " is " + time + ". Set it to a time from 1 ms to 20 days.");
    }
  }
}
