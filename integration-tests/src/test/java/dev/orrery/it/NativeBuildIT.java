package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that native programs reject unsupported settings at the start, with a message. */
@Tag("builds")
@Tag("thorough")
class NativeBuildIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @BeforeAll
  static void requireNativePrograms() {
    Builds.assumeNative();
  }

  @Test
  void refusesAkkaInNativeScheduler() {
    try (Stack stack = new Stack("native-akka")) {
      assertRefused(
          stack.launchScheduler("-Dorrery.protocols.active=http,akka"),
          "orrery.protocols.active names akka, which this build does not contain. Set"
              + " orrery.protocols.active=http.");
    }
  }

  @Test
  void refusesAkkaInNativeAgent() {
    try (Stack stack = new Stack("native-agent-akka")) {
      assertRefused(
          stack.launchAgent("-Dorrery.worker.protocol=akka"),
          "orrery.worker.protocol=akka, which this build does not contain. Set"
              + " orrery.worker.protocol=http.");
    }
  }

  @Test
  void refusesNativeSchedulerStartWithoutDatabase() {
    try (Stack stack = new Stack("native-database")) {
      ProgramProcess scheduler =
          Builds.start(
              Builds.scheduler(),
              List.of(
                  "-Dorrery.data-dir=" + stack.dataDir(),
                  "-Dquarkus.http.port=" + Ports.free(),
                  "-Dquarkus.management.port=" + Ports.free(),
                  "-Dorrery.protocols.http.port=" + Ports.free()),
              Map.of(),
              stack.directory().resolve("no-database.log"));

      assertRefused(scheduler, "no database: native builds have none embedded");
    }
  }

  @Test
  void refusesPluginDirectoryInNativeAgent() {
    try (Stack stack = new Stack("native-plugins")) {
      assertRefused(
          stack.launchAgent(
              "-Dorrery.worker.processors=noop,java",
              "-Dorrery.worker.plugin-dir=" + stack.directory()),
          "orrery.worker.plugin-dir is set, but a native build loads no classes");
    }
  }

  private static void assertRefused(ProgramProcess process, String says) {
    try {
      assertThat(process.awaitExit(SOON)).as(process.output()).isNotZero();
    } finally {
      process.resumeAndClose();
    }
    assertThat(process.output())
        .contains("orrery: cannot start: ")
        .contains(says)
        .doesNotContain("\tat ");
  }
}
