package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Nightly;
import dev.orrery.it.harness.Stack;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests packaged schedulers and agents of every protocol, spelling and version range. Each pair
 * runs a job, or reports on both sides within seconds what to change. Agents dial the API port,
 * where every mismatch can be explained.
 */
@Tag("thorough")
class AgreementMatrixIT {
  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  private static final Duration STARTED = Duration.ofSeconds(30);
  private static final List<String> MATRIX = new ArrayList<>();

  private record Cell(String protocol, VersionRange versions, String options) {
    Protocol parsedProtocol() {
      return Protocol.parse(protocol);
    }
  }

  @AfterAll
  static void print() {
    System.out.println(
        row("scheduler", "versions", "worker", "versions", "outcome", "start + verdict")
            + "\n"
            + String.join("\n", MATRIX));
  }

  /** Of a scheduler. */
  private record Side(String active, VersionRange versions) {}

  /** The versions of this release, and later ones. */
  private static List<Side> schedulers() {
    VersionRange later = new VersionRange(2, 3);
    return Nightly.first(
        2,
        List.of(
            new Side("http", VersionRange.SUPPORTED),
            new Side("http,akka", later),
            new Side("akka", VersionRange.SUPPORTED),
            new Side("http", later)));
  }

  @ParameterizedTest
  @MethodSource("schedulers")
  void runsJobOrExplainsProtocolMismatchOnBothSides(Side scheduler) {
    String active = scheduler.active();
    VersionRange versions = scheduler.versions();
    try (Stack stack = new Stack("matrix")) {
      stack.schedulerVersions(versions);
      stack.launchScheduler(options(active));
      stack.useScheduler();
      for (Cell cell : cells(versions)) {
        check(stack, active, versions, cell);
      }
    }
  }

  private static String[] options(String active) {
    List<String> options = new ArrayList<>(List.of("-Dorrery.protocols.active=" + active));
    if (Protocol.parseList(active).contains(Protocol.AKKA)) {
      options.add("-Dorrery.protocols.akka.port=" + Ports.free());
    }
    return options.toArray(String[]::new);
  }

  private static List<Cell> cells(VersionRange scheduler) {
    List<Cell> cells = new ArrayList<>();
    // Spellings have nothing to do with versions: all of them once with each protocol active.
    List<String> spellings =
        scheduler.equals(VersionRange.SUPPORTED) && Nightly.isRunning()
            ? List.of("http", "HTTP", " Http ", "akka", "AKKA", "Akka")
            : List.of(" Http ", "AKKA");
    for (String spelling : spellings) {
      cells.add(new Cell(spelling, scheduler, "-Duser.language=tr"));
    }
    int max = scheduler.max();
    for (String protocol : List.of("http", "akka")) {
      cells.add(new Cell(protocol, new VersionRange(max, max + 1), "-Duser.language=en"));
      cells.add(new Cell(protocol, new VersionRange(max + 1, max + 2), "-Duser.language=en"));
      if (scheduler.min() > 1) {
        cells.add(
            new Cell(protocol, new VersionRange(1, scheduler.min() - 1), "-Duser.language=en"));
      }
    }
    return cells;
  }

  private static void check(Stack stack, String active, VersionRange versions, Cell cell) {
    String name = "cell-" + (MATRIX.size() + 1);
    stack.agentVersions(cell.versions());
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dorrery.worker.protocol=" + cell.protocol(),
                "-Dorrery.worker.name=" + name,
                "-Dorrery.worker.tags=" + name,
                cell.options()));
    if (cell.parsedProtocol() == Protocol.AKKA) {
      options.add("-Dorrery.worker.akka.port=0");
    }
    long launchedAt = System.nanoTime();
    ProgramProcess agent = stack.launchAgentAt(stack.apiPort(), options.toArray(String[]::new));
    long millis = awaitVerdict(stack, name, () -> isAgreed(stack) || isRefused(stack));
    long startMillis = (System.nanoTime() - launchedAt) / 1_000_000 - millis;

    boolean isActive = Protocol.parseList(active).contains(cell.parsedProtocol());
    boolean overlap = versions.highestShared(cell.versions()).isPresent();
    String outcome;
    if (isActive && overlap) {
      outcome = requireWorks(stack, name, versions.highestShared(cell.versions()).getAsInt());
    } else {
      ErrorCode code = isActive ? ErrorCode.VERSION_MISMATCH : ErrorCode.PROTOCOL_MISMATCH;
      outcome = requireRefused(stack, name, code, cell);
    }
    agent.terminate();
    MATRIX.add(
        row(
            active,
            versions,
            "'" + cell.protocol() + "'",
            cell.versions(),
            outcome,
            startMillis + " + " + millis + " ms"));
  }

  /**
   * Waits until an agent knows its agreement; returns the milliseconds since its probe first
   * responded, because the start time depends on the machine.
   */
  private static long awaitVerdict(Stack stack, String agent, BooleanSupplier known) {
    Await.until(
        agent + " has a probe", STARTED, () -> stack.agentCheck("/ready", "agreement").has("data"));
    long upAt = System.nanoTime();
    Await.until(agent + " knows how it stands", AT_ONCE, known::getAsBoolean);
    return (System.nanoTime() - upAt) / 1_000_000;
  }

  private static boolean isAgreed(Stack stack) {
    return agreement(stack).path("phase").asText().equals("AGREED");
  }

  /** On a busy machine the first handshake may time out; the agent repeats it. */
  private static boolean isRefused(Stack stack) {
    JsonNode data = agreement(stack);
    return data.has("code") && !data.path("code").asText().equals(ErrorCode.UNREACHABLE.name());
  }

  private static JsonNode agreement(Stack stack) {
    return stack.agentCheck("/ready", "agreement").path("data");
  }

  private static String requireWorks(Stack stack, String name, int version) {
    JsonNode check = stack.agentCheck("/ready", "agreement");
    assertThat(check.path("status").asText()).as(check.toString()).isEqualTo("UP");
    assertThat(check.path("data").path("version").asInt()).isEqualTo(version);
    stack
        .api()
        .putJob(
            Stack.APP,
            name,
            "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"" + name + "\"]}");
    stack.api().awaitState(stack.api().run(Stack.APP, name), "SUCCEEDED", AT_ONCE);
    return "runs a job, version " + version;
  }

  private static String requireRefused(Stack stack, String name, ErrorCode code, Cell cell) {
    JsonNode check = stack.agentCheck("/ready", "agreement");
    assertThat(check.path("status").asText()).isEqualTo("DOWN");
    JsonNode worker = check.path("data");
    assertThat(worker.path("code").asText()).as(worker.toString()).isEqualTo(code.name());
    assertThat(worker.path("phase").asText()).isEqualTo("REFUSED");
    assertThat(worker.path("scheduler").asText()).contains("protocols ", "versions ");
    assertThat(worker.path("worker").asText())
        .contains(
            "protocol " + cell.parsedProtocol().canonicalName(),
            "versions " + cell.versions().min() + ".." + cell.versions().max());
    String setting = worker.path("settingToChange").asText();
    if (code == ErrorCode.PROTOCOL_MISMATCH) {
      assertThat(setting).contains("orrery.worker.protocol=", "orrery.protocols.active=");
    } else {
      assertThat(setting).contains("upgrade its software to one that speaks version");
    }

    assertThat(stack.schedulerCheck("/ready", "protocols").path("status").asText()).isEqualTo("UP");
    JsonNode scheduler = stack.schedulerCheck("/group/agreement", "agreement").path("data");
    assertThat(scheduler.path("refused." + code).asInt()).as(scheduler.toString()).isPositive();
    assertThat(scheduler.path("settingToChange." + code).asText()).isEqualTo(setting);
    assertThat(scheduler.toString()).doesNotContain(name);
    JsonNode refusal = stack.api().get("/workers").get("refused").get(0);
    assertThat(refusal.path("worker").asText()).isEqualTo(name);
    assertThat(refusal.path("settingToChange").asText()).isEqualTo(setting);
    return code + ": " + setting;
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody is there", "http is not active"})
  void explainsPossibleCausesWhenWorkerPortIsClosed(String situation) {
    boolean alone = situation.startsWith("nobody");
    try (Stack stack = new Stack("closed")) {
      if (!alone) {
        stack.launchScheduler(options("akka"));
        stack.useScheduler();
      }
      stack.launchAgentAt(stack.httpPort());
      awaitVerdict(stack, "the agent", () -> agreement(stack).has("code"));

      JsonNode check = stack.agentCheck("/ready", "agreement");
      assertThat(check.path("status").asText()).isEqualTo("DOWN");
      JsonNode data = check.path("data");
      assertThat(data.path("code").asText()).isEqualTo("UNREACHABLE");
      assertThat(data.path("mayBe").asText())
          .contains("scheduler is down", "http is not active", "firewall", "network policy");
      assertThat(data.path("settingToChange").asText())
          .contains("orrery.worker.server", "orrery.protocols.active");
      assertThat(data.toString()).doesNotContain("localhost");
    }
  }

  /** As in the manifests: the port of the protocol is closed, and the API is the second address. */
  @Test
  void namesMismatchWhenAgentKnowsTheApiToo() {
    try (Stack stack = new Stack("second-address")) {
      stack.launchScheduler(options("akka"));
      stack.useScheduler();
      stack.launchAgentAt(
          stack.httpPort(),
          "-Dorrery.worker.server=http://localhost:%d,http://localhost:%d"
              .formatted(stack.httpPort(), stack.apiPort()),
          "-Dorrery.worker.name=both-addresses");
      // The closed port is tried in between, and does not hide the reason.
      Await.until(
          "the scheduler refuses three times",
          STARTED,
          () ->
              stack
                      .schedulerCheck("/group/agreement", "agreement")
                      .at("/data/refused.PROTOCOL_MISMATCH")
                      .asInt()
                  >= 3);

      Cell http = new Cell("http", VersionRange.SUPPORTED, "");
      assertThat(requireRefused(stack, "both-addresses", ErrorCode.PROTOCOL_MISMATCH, http))
          .contains("orrery.protocols.active=akka,http");
    }
  }

  @Test
  void acceptsSettingsByPowerJobNames() {
    try (Stack stack = new Stack("names", "-Doms.transporter.main.protocol= HTTP ")) {
      stack
          .calling("quarkus.http.port", "server.port")
          .calling("orrery.protocols.http.port", "oms.http.port")
          .calling("orrery.worker.server", "powerjob.worker.server-address")
          .calling("orrery.worker.app", "powerjob.worker.app-name")
          .calling("orrery.worker.tags", "powerjob.worker.tag");
      stack.launchScheduler("-Doms.transporter.active.protocols= Http ,", "-Duser.language=tr");
      stack.useScheduler();
      stack.startAgentAt(
          stack.apiPort(),
          "-Dorrery.worker.server=localhost:" + stack.apiPort(),
          "-Dorrery.worker.tags=old",
          "-Dpowerjob.worker.protocol=HTTP",
          "-Duser.language=tr");

      assertThat(requireWorks(stack, "old", 1)).startsWith("runs");
      assertThat(stack.api().get("/protocol").get("main").asText()).isEqualTo("http");
    }
  }

  private static String row(
      Object active, Object versions, Object worker, Object theirs, Object outcome, Object after) {
    return String.format(
        "%-10s %-8s | %-8s %-8s | %-15s | %s", active, versions, worker, theirs, after, outcome);
  }
}
