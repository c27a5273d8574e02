package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that unknown settings of any source prevent the start of the packaged programs. */
@Order(2)
@Tag("thorough")
@AtNight
class SettingsIT {
  private static final Duration SECONDS = Duration.ofSeconds(30);
  private static final String CANNOT_START = "orrery: cannot start: ";
  private static final String SECRET = "7d1f-of-nobody-else";

  private static final Map<String, String> MISSPELT_VARIABLES =
      Map.of(
          "ORRERY_WORKER_CAPACTY", "50",
          "ORRERY_WORKER_TOKN", SECRET,
          "ORRERY_SESION_LEASE", "20s",
          "ORRERY_PROTOCOL_ACTIVE", "akka",
          "ORRERY_ADMIN_TOKEN", SECRET);

  private static final String[] MISSPELT_PROPERTIES = {
    "-Dorrery.worker.plugindir=/plugins",
    "-Dorrery.retention.histroy=30D",
    "-Dorrery.cluster.secrt=" + SECRET,
    "-Dorrery.dispatch.odd=1"
  };

  private static final String MISSPELT_FILE =
      """
      orrery.worker.drain-time-out=5s
      %prod.orrery.database.embeded=false
      """;

  private static final List<String> REFUSALS =
      List.of(
          "ORRERY_WORKER_CAPACTY='50' is not a setting. Did you mean ORRERY_WORKER_CAPACITY",
          "ORRERY_WORKER_TOKN=(hidden) is not a setting. Did you mean ORRERY_WORKER_TOKEN",
          "ORRERY_SESION_LEASE='20s' is not a setting. Did you mean ORRERY_SESSION_LEASE",
          "ORRERY_PROTOCOL_ACTIVE='akka' is not a setting. Did you mean ORRERY_PROTOCOLS_ACTIVE",
          "ORRERY_ADMIN_TOKEN=(hidden) is not a setting. Did you mean ORRERY_SECURITY_ADMIN_TOKEN",
          "orrery.worker.plugindir='/plugins' is not a setting. Did you mean"
              + " orrery.worker.plugin-dir",
          "orrery.retention.histroy='30D' is not a setting. Did you mean orrery.retention.history",
          "orrery.cluster.secrt=(hidden) is not a setting. Did you mean orrery.cluster.secret",
          "orrery.dispatch.odd='1' is not a setting. See docs/configuration.md",
          "orrery.worker.drain-time-out='5s' is not a setting. Did you mean"
              + " orrery.worker.drain-timeout",
          "%prod.orrery.database.embeded='false' is not a setting. Did you mean"
              + " orrery.database.embedded");

  /** The variables of a pod for the Services of k8s/, unless they are disabled. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("ORRERY_HTTP_SERVICE_HOST", "10.96.0.7"),
          Map.entry("ORRERY_HTTP_SERVICE_PORT", "10010"),
          Map.entry("ORRERY_HTTP_SERVICE_PORT_HTTP", "10010"),
          Map.entry("ORRERY_HTTP_PORT", "tcp://10.96.0.7:10010"),
          Map.entry("ORRERY_HTTP_PORT_10010_TCP", "tcp://10.96.0.7:10010"),
          Map.entry("ORRERY_HTTP_PORT_10010_TCP_PROTO", "tcp"),
          Map.entry("ORRERY_HTTP_PORT_10010_TCP_PORT", "10010"),
          Map.entry("ORRERY_HTTP_PORT_10010_TCP_ADDR", "10.96.0.7"),
          Map.entry("ORRERY_URL", "http://localhost:7700"),
          Map.entry("ORRERY_TOKEN", "of-the-command-line"),
          Map.entry("ORRERY_APP", "of-the-command-line"),
          Map.entry("ORRERY_SRC", "/src"),
          // Each is a setting of one of the two.
          Map.entry("ORRERY_SESSION_LEASE", "30s"),
          Map.entry("ORRERY_WORKER_CAPACITY", "7"));

  @Test
  void suggestsNearestSettingForEachMisspellingInScheduler(@TempDir Path directory)
      throws IOException {
    try (Stack stack = new Stack("misspelt").inEnvironment(MISSPELT_VARIABLES)) {
      assertRefused(stack.launchScheduler(misspelt(directory)));
    }
  }

  @Test
  void suggestsNearestSettingForEachMisspellingInAgent(@TempDir Path directory) throws IOException {
    try (Stack stack = new Stack("misspelt-agent").inEnvironment(MISSPELT_VARIABLES)) {
      assertRefused(stack.launchAgent(misspelt(directory)));
    }
  }

  @Test
  void ignoresEnvironmentVariablesOfUnrelatedPrograms() {
    try (Stack stack = new Stack("others").inEnvironment(OTHERS)) {
      stack.startScheduler();
      stack.startAgent();
      assertThat(stack.api().get("/workers").toString()).contains("\"capacity\":7");
    }
  }

  @Test
  void namesInvalidSettingValuesAsWritten() {
    try (Stack stack =
        new Stack("values")
            .inEnvironment(
                Map.of("ORRERY_WORKER_CAPACITY", "many", "ORRERY_SESSION_LEASE", "30x"))) {
      assertThat(refusal(stack.launchScheduler("-Dorrery.due-work.interval=")))
          .anyMatch(
              line -> line.contains("orrery.session.lease='30x': the value must be a duration"))
          .anyMatch(
              line -> line.contains("orrery.due-work.interval is empty. Set it to a duration"))
          .hasSize(2);
      assertThat(refusal(stack.launchAgent("-Dorrery.worker.kill-grace-period=soon")))
          .anyMatch(
              line ->
                  line.contains("orrery.worker.capacity='many': the value must be a whole number")
                      && line.contains("1 to 500"))
          .anyMatch(
              line -> line.contains("orrery.worker.kill-grace-period='soon': the value must be"))
          .hasSize(2);
    }
  }

  @Test
  void explainsInvalidQuarkusSettingInOrreryWording() {
    try (Stack stack = new Stack("quarkus-values")) {
      assertThat(refusal(stack.launchAgent("-Dquarkus.http.port=abc", "-Dquarkus.log.level=LOUD")))
          .containsExactlyInAnyOrder(
              CANNOT_START + "quarkus.http.port='abc': the value must be a port from 0 to 65535.",
              CANNOT_START
                  + "quarkus.log.level='LOUD': the value must be one of OFF, ERROR, WARN, INFO,"
                  + " DEBUG, TRACE, ALL.");
    }
  }

  private static String[] misspelt(Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("more.properties"), MISSPELT_FILE);
    String[] options = Arrays.copyOf(MISSPELT_PROPERTIES, MISSPELT_PROPERTIES.length + 1);
    options[MISSPELT_PROPERTIES.length] = "-Dsmallrye.config.locations=" + file;
    return options;
  }

  private static void assertRefused(ProgramProcess process) {
    List<String> lines = refusal(process);
    for (String expected : REFUSALS) {
      assertThat(lines).anyMatch(line -> line.contains(expected), expected);
    }
    assertThat(lines).hasSameSizeAs(REFUSALS);
    assertThat(process.output()).doesNotContain(SECRET);
  }

  /** Returns its own messages, without earlier ones of libraries. */
  private static List<String> refusal(ProgramProcess process) {
    int exitCode = process.awaitExit(SECONDS);
    assertThat(exitCode).as(process.output()).isEqualTo(1);
    assertThat(process.output()).doesNotContain("SRCFG", "Exception", "\tat ");
    return process.output().lines().filter(line -> line.startsWith(CANNOT_START)).toList();
  }
}
