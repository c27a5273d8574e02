package dev.orrery.k8s.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.Leases;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Await;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.ProgramProcess;
import dev.orrery.it.harness.Stack;
import dev.orrery.k8s.Overlay;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Evaluates the alerts of the manifests on the metrics of a real scheduler and real agents: each
 * must use existing series, none may fire in normal operation, and each must fire for its cause.
 * Prometheus handles the duration before an alert ({@code for}), and the test checks only the
 * series of two alerts that need five minutes or an hour of trouble.
 */
@Tag("thorough")
class AlertsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration A_MINUTE_AND_SOON = Duration.ofSeconds(100);

  /** Longer than twice the interval between two readings of the position. */
  private static final Duration POSITION_READ = Duration.ofSeconds(5);

  private static final Pattern TEMPLATE = Pattern.compile("\\{\\{ \\$labels\\.(\\w+) }}");
  private static final Overlay OVERLAY = Overlay.rendered("example");
  private static final List<Rule> RULES =
      OVERLAY.all(PrometheusRule.class).get(0).getSpec().getGroups().get(0).getRules();

  private final Targets targets =
      new Targets(
          OVERLAY.all(ServiceMonitor.class).get(0).getSpec().getEndpoints().get(0).getPath());
  private final Map<String, Expression> alerts = new LinkedHashMap<>();
  private final Stack stack = new Stack("alerts", Leases.options());
  private Postgres database;
  private ProgramProcess scheduler;

  @BeforeEach
  void start() throws IOException {
    RULES.forEach(
        rule -> alerts.put(rule.getAlert(), ExpressionParser.parse(rule.getExpr().getStrVal())));
    Path directory = Files.createDirectories(stack.directory().resolve("database"));
    database = Postgres.start(directory);
    scheduler = stack.startSchedulerOn(database);
    targets.add("scheduler", stack.managementPort());
    stack.startAgent();
    targets.add("agent", stack.agentManagementPort());
  }

  @AfterEach
  void end() {
    stack.close();
    database.close();
  }

  @Test
  void eachFiresForItsReasonAndForNoOther() throws InterruptedException {
    Set<String> expected = new TreeSet<>();
    String trigger = "\"trigger\":{\"every\":\"PT5S\"},";
    stack.api().putJob(Stack.APP, "regular", job(trigger));
    stack.api().putJob(Stack.APP, "special", job("\"requiredTags\":[\"special\"],"));
    targets.scrape();
    stack.api().awaitState(stack.api().run(Stack.APP, "regular"), "SUCCEEDED", SOON);
    History healthy = targets.scrape();
    assertThat(firing(healthy)).isEmpty();
    alerts.forEach((alert, expression) -> assertReadsWhatThereIs(alert, expression, healthy));

    String waiting = stack.api().run(Stack.APP, "special");
    ProgramProcess stranger =
        stack.launchAgentAt(
            stack.apiPort(),
            "-Dorrery.worker.protocol=akka",
            "-Dorrery.worker.akka.advertised-host=127.0.0.1",
            "-Dorrery.worker.akka.allowed-networks=127.0.0.0/8");
    targets.add("stranger", stack.agentManagementPort());
    expected.add("OrreryWorkersRefused");
    expected.add("OrreryWorkerDisconnected");
    awaitFiring(SOON, expected);
    stranger.kill();
    targets.remove("stranger");
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

  private void assertReadsWhatThereIs(String alert, Expression expression, History history) {
    expression
        .selectors()
        .forEach(
            selector -> {
              Map<Map<String, String>, Double> series = history.latest(selector);
              assertThat(series).as("series of %s for %s", selector, alert).isNotEmpty();
              expression
                  .groups()
                  .forEach(
                      label ->
                          assertThat(series.keySet())
                              .as("the label %s of %s for %s", label, selector, alert)
                              .allMatch(labels -> labels.containsKey(label)));
            });
  }

  /** Waits until exactly these alerts fire; the labels in their texts must exist. */
  private void awaitFiring(Duration longest, Set<String> expected) throws InterruptedException {
    try {
      Await.until(
          "these fire: " + expected,
          longest,
          () -> firing(targets.scrape()).keySet().equals(expected));
    } catch (AssertionError e) {
      throw new AssertionError(firing(targets.scrape()).toString(), e);
    }
    System.out.println("AlertsIT: " + firing(targets.scrape()));
  }

  /** Returns the firing alerts with the summary of each series. */
  private Map<String, Set<String>> firing(History history) {
    Map<String, Set<String>> firing = new TreeMap<>();
    for (Rule rule : RULES) {
      for (Map<String, String> labels : alerts.get(rule.getAlert()).in(history).keySet()) {
        firing
            .computeIfAbsent(rule.getAlert(), alert -> new TreeSet<>())
            .add(filledIn(rule.getAnnotations().get("summary"), labels));
      }
    }
    return firing;
  }

  private static String filledIn(String summary, Map<String, String> labels) {
    Matcher template = TEMPLATE.matcher(summary);
    return template.replaceAll(
        found -> {
          assertThat(labels).as(summary).containsKey(found.group(1));
          return Matcher.quoteReplacement(labels.get(found.group(1)));
        });
  }
}
