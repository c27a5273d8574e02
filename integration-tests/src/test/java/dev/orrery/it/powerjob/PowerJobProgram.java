package dev.orrery.it.powerjob;

import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program of {@code src/powerjob/java} with a published PowerJob worker in it. */
final class PowerJobProgram {
  static final String DEFAULT_VERSION = "4.3.9";

  /** The first version over MU. */
  private static final String MU_VERSION = "5.1.2";

  /** The starter of the newest 5.x is not published. */
  private static final String STARTER_OF_5 = "5.1.1";

  /** What PowerJob reads of the JDK by reflection. */
  static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.util",
          "java.base/java.net",
          "java.base/sun.net.util",
          "java.base/java.nio",
          "java.base/sun.nio.ch",
          "java.base/java.math",
          "java.base/java.text",
          "java.base/java.time",
          "java.sql/java.sql");

  private final String classPath;

  /** Returns a version that speaks the protocol. */
  static String versionOver(String protocol) {
    return protocol.equalsIgnoreCase("MU") ? MU_VERSION : DEFAULT_VERSION;
  }

  private PowerJobProgram(String classPath) {
    this.classPath = classPath;
  }

  /** Returns the program; empty if no repository of Maven has the libraries. */
  static Optional<PowerJobProgram> build(String version) throws IOException {
    Optional<PublishedLibraries> libraries =
        PublishedLibraries.copy(
            "powerjob-" + version,
            "pom.xml",
            List.of(
                "-Dpowerjob.version=" + version,
                "-Dpowerjob.starter.version="
                    + (version.startsWith("5.") ? STARTER_OF_5 : DEFAULT_VERSION)));
    return libraries.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new PowerJobProgram(
                libraries.get().compile(PublishedLibraries.SOURCES.resolve("java"))));
  }

  /**
   * What a test sets of a worker.
   *
   * @param protocol in any case
   * @param processors the worker has ten threads for each
   * @param maxRuns more are dropped in silence
   * @param checkSeconds between two reports of a run, of which it gives up the sixth that fails
   */
  record Setting(String protocol, int processors, int maxRuns, int checkSeconds) {
    private static final int OFTEN = 1;

    static final Setting DEFAULT = new Setting("HTTP", 2, 1024);

    Setting(String protocol, int processors, int maxRuns) {
      this(protocol, processors, maxRuns, 15);
    }

    /** Returns the same setting with another protocol. */
    Setting over(String other) {
      return new Setting(other, processors, maxRuns, checkSeconds);
    }

    static Setting processors(int processors) {
      return new Setting("HTTP", processors, 1024);
    }

    /** Gives up the report of an end after seconds, not after a minute. */
    Setting impatient() {
      return new Setting(protocol, processors, maxRuns, OFTEN);
    }
  }

  /**
   * Starts a worker, without waiting.
   *
   * @param servers the API ports of schedulers, as {@code HOST:PORT,HOST:PORT}
   */
  ProgramProcess start(Path directory, String servers, String app, int port, Setting setting) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    OPENED.forEach(name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
    command.addAll(
        List.of(
            "-XX:ActiveProcessorCount=" + setting.processors(),
            "-Dpowerjob.network.local.address=127.0.0.1",
            "-Dpowerjob.worker.status-check.normal.period=" + setting.checkSeconds(),
            "-Duser.home=" + directory,
            "-cp",
            classPath,
            "worker.Main",
            setting.protocol(),
            servers,
            app,
            Integer.toString(port),
            Integer.toString(setting.maxRuns())));
    return ProgramProcess.start(
        command, Map.of(), directory.resolve("powerjob-worker-" + port + ".log"));
  }
}
