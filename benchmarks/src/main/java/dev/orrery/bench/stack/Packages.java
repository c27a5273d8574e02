package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured: the packaged applications.
 *
 * @param root of the project
 * @param more options of the schedulers' JVMs
 */
public record Packages(Path root, List<String> more) {
  Path scheduler() {
    return built("scheduler-service");
  }

  Path agent() {
    return built("worker-agent");
  }

  /** The scheduler's JVM options, as in the images. */
  List<String> schedulerOptions() {
    List<String> options = withArchive(scheduler(), "-XX:CompileThresholdScaling=4");
    options.addAll(more);
    return options;
  }

  /** The agents' JVM options, as in the images. */
  List<String> agentOptions() {
    return withArchive(agent(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }

  /** Adds the class archive if {@code ./orrery bench} has made one. */
  private static List<String> withArchive(Path jar, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    Path archive = jar.resolveSibling("orrery-" + System.getProperty("java.vm.version") + ".jsa");
    if (Files.exists(archive)) {
      all.add("-XX:SharedArchiveFile=" + archive);
    }
    return all;
  }

  private Path built(String module) {
    Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new BenchException(jar + " is missing. Start through ./orrery, which builds it.");
    }
    return jar;
  }
}
