package dev.orrery.k8s.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.Leases;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Machine;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.k8s.Overlay;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests the alerts of the manifests with the series that a real scheduler and real agents export to
 * a real Prometheus. Each alert must read existing series, none may fire while all is well, and
 * then the test causes one alert after the other. {@link AlertRulesTest} covers how long an
 * expression must hold ({@code for}), and the alerts after five minutes or an hour of trouble, of
 * which this test only checks the series.
 */
@Tag("thorough")
@AtNight
class AlertsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration A_MINUTE_AND_SOON = Duration.ofSeconds(100);

  /** Longer than twice the interval between two readings of the position. */
  private static final Duration POSITION_READ = Duration.ofSeconds(5);

  private static final Pattern SELECTOR = Pattern.compile("orrery_[a-z_]+(\\{[^}]*})?");
  private static final Pattern GROUPS = Pattern.compile("by \\(([a-z, ]+)\\)");
  private static Path program;

  private final Overlay overlay = Overlay.rendered("example");
  private final AlertRules rules = AlertRules.of(overlay).withoutFor();
  private final Stack stack = new Stack("alerts", Leases.options());
  private Postgres database;
  private ProgramProcess scheduler;
  private Prometheus prometheus;

  @BeforeAll
  static void findProgram() {
    program = Machine.programOrSkip("AlertsIT", "prometheus", AlertRules.INSTALL);
  }

  @BeforeEach
  void start() throws IOException {
    prometheus =
        Prometheus.start(
            program,
            stack.directory().resolve("prometheus"),
            overlay.all(ServiceMonitor.class).get(0).getSpec().getEndpoints().get(0).getPath(),
            rules);
    Path directory = Files.createDirectories(stack.directory().resolve("database"));
    database = Postgres.start(directory);
    scheduler = stack.startSchedulerOn(database);
    prometheus.addTarget("scheduler", stack.managementPort());
    stack.startAgent();
    prometheus.addTarget("agent", stack.agentManagementPort());
  }

  @AfterEach
  void end() {
    prometheus.close();
    stack.close();
    database.close();
  }

  @Test
  void firesEachAlertOnlyForItsOwnReason() throws IOException {
    Set<String> expected = new TreeSet<>();
    String trigger = "\"trigger\":{\"every\":\"PT5S\"},";
    stack.api().putJob(Stack.APP, "regular", job(trigger));
    stack.api().putJob(Stack.APP, "special", job("\"requiredTags\":[\"special\"],"));
    stack.api().awaitState(stack.api().run(Stack.APP, "regular"), "SUCCEEDED", SOON);
    awaitScrapes();
    awaitFiring(SOON, expected);
    assertThat(prometheus.health()).hasSameSizeAs(rules.all()).allSatisfy(AlertsIT::assertOk);
    for (Rule rule : rules.all()) {
      assertReadsWhatThereIs(rule);
    }

    String waiting = stack.api().run(Stack.APP, "special");
    ProgramProcess stranger =
        stack.launchAgentAt(
            stack.apiPort(),
            "-Dorrery.worker.protocol=akka",
            "-Dorrery.worker.akka.advertised-host=127.0.0.1",
            "-Dorrery.worker.akka.allowed-networks=127.0.0.0/8");
    prometheus.addTarget("stranger", stack.agentManagementPort());
    expected.add("OrreryWorkersRefused");
    expected.add("OrreryWorkerDisconnected");
    awaitFiring(SOON, expected);
    stranger.kill();
    prometheus.removeTarget("stranger");
    expected.remove("OrreryWorkerDisconnected");
    awaitFiring(SOON, expected);

    stack.startAgent().kill();
    expected.add("OrrerySessionsExpired");
    awaitFiring(Leases.untilTakenOver(), expected);

    expected.add("OrreryQueueStalled");
    awaitFiring(A_MINUTE_AND_SOON, expected);
    stack.startAgent("-Dorrery.worker.tags=special");
    stack.api().awaitState(waiting, "SUCCEEDED", SOON);
    expected.remove("OrreryQueueStalled");
    expected.add("OrreryRunsLate");
    awaitFiring(SOON, expected);

    Path backup = stack.directory().resolve("backup");
    database.save(backup);
    Await.until("the scheduler is back", SOON, stack::isReady);
    Api api = stack.api().throughOutage(SOON);
    api.awaitState(api.run(Stack.APP, "regular"), "SUCCEEDED", SOON);
    // What is lost is seen if the scheduler has read the position of the log since it was written.
    Await.pass(POSITION_READ);
    database.stopImmediately();
    expected.add("OrreryDatabaseUnreachable");
    awaitFiring(A_MINUTE_AND_SOON, expected);
    database.restore(backup);
    expected.remove("OrreryDatabaseUnreachable");
    expected.add("OrreryDatabaseWentBack");
    expected.add("OrreryFiresMissed");
    awaitFiring(SOON, expected);

    scheduler.kill();
    expected.add("OrrerySchedulerDown");
    expected.add("OrreryWorkerDisconnected");
    awaitFiring(SOON, expected);
  }

  private static String job(String more) {
    return "{" + more + "\"processor\":{\"type\":\"noop\"}}";
  }

  private static void assertOk(String alert, String health) {
    assertThat(health).as(alert).isEqualTo("ok");
  }

  /** An increase is known from the second sample on. */
  private void awaitScrapes() {
    Await.until(
        "scheduler and agent were scraped twice",
        SOON,
        () ->
            prometheus.series("count_over_time(orrery_oldest_ready_age_seconds[1m]) > 1").size() > 0
                && prometheus.series("count_over_time(orrery_worker_connected[1m]) > 1").size()
                    > 0);
  }

  private void assertReadsWhatThereIs(Rule rule) throws IOException {
    String expression = rule.getExpr().getStrVal();
    List<String> selectors =
        SELECTOR.matcher(expression).results().map(MatchResult::group).toList();
    List<String> groups =
        GROUPS
            .matcher(expression)
            .results()
            .flatMap(by -> Stream.of(by.group(1).split(", *")))
            .toList();

    assertThat(selectors).as(rule.getAlert()).isNotEmpty();
    for (String selector : selectors) {
      List<JsonNode> series = prometheus.series(selector);
      assertThat(series).as("series of %s for %s", selector, rule.getAlert()).isNotEmpty();
      for (String label : groups) {
        assertThat(series)
            .as("the label %s of %s for %s", label, selector, rule.getAlert())
            .allMatch(labels -> labels.has(label));
      }
    }
  }

  /** Waits until these fire, and no others. */
  private void awaitFiring(Duration longest, Set<String> expected) throws IOException {
    try {
      Await.until(
          "these fire: " + expected, longest, () -> prometheus.firing().keySet().equals(expected));
    } catch (AssertionError e) {
      throw new AssertionError(prometheus.firing().toString(), e);
    }
    System.out.println("AlertsIT: " + prometheus.firing());
  }
}
