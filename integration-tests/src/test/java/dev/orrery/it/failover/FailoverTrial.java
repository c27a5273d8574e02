package dev.orrery.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.failover.SteadyCalls.Answer;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A fault under a steady load, which runs from one second before it to one second after it. */
final class FailoverTrial implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);

  /**
   * The additional time after the first accepted call: the heartbeat comes first, and probes take
   * turns.
   */
  private static final Duration READY_LATER = Duration.ofSeconds(1);

  private static final int CALM = 20;
  private static final int MAX_LOG_LINES = 20;

  private final FailoverCluster cluster;
  private final String fault;
  private final List<Integer> logsFrom;
  private final long sessions;
  private final Instant from = Instant.now();
  private final SteadyCalls calls;
  private final Probes probes;
  private final List<String> violations = new ArrayList<>();
  private long begun;
  private Loss loss = Loss.NONE;
  private int strikes = 1;

  @FunctionalInterface
  interface Fault {
    /**
     * Returns, for each replica, the time in nanoseconds when a primary accepts writes again under
     * its URL.
     */
    long[] strike() throws Exception;
  }

  /** A step of the test under the continuing load. */
  @FunctionalInterface
  interface Step {
    void take() throws Exception;
  }

  /** The time, in nanoseconds, in which commits were lost. */
  record Loss(long from, long until) {
    static final Loss NONE = new Loss(0, 0);

    boolean has(long at) {
      return !equals(NONE) && at - from >= 0 && at - until <= 0;
    }
  }

  /**
   * @param number of the trial; the keys of trials differ
   */
  FailoverTrial(FailoverCluster cluster, int number, String fault) {
    this.cluster = cluster;
    this.fault = fault;
    this.logsFrom = cluster.processes().stream().map(process -> process.output().length()).toList();
    this.sessions = cluster.sessions();
    this.probes = new Probes(cluster.replicas());
    this.calls = new SteadyCalls(cluster.replicas(), number + "-").start();
  }

  SteadyCalls calls() {
    return calls;
  }

  Probes probes() {
    return probes;
  }

  /** The start of the fault, in nanoseconds. */
  long begun() {
    return begun;
  }

  /** Sets the number of strikes; each may add lines to the log. */
  void expectStrikes(int number) {
    strikes = number;
  }

  /** Sets the time in which commits may be lost. */
  void expectLoss(Loss expected) {
    loss = expected;
  }

  /** Returns the replica's log since the start of the trial. */
  String log(int replica) {
    return cluster.processes().get(replica).output().substring(logsFrom.get(replica));
  }

  /**
   * Causes the fault and checks its effect.
   *
   * @param longest the maximum time, per replica, until it accepts submissions again
   * @param afterwards runs while the load continues
   * @return a line of a table
   */
  String run(Fault cause, List<Duration> longest, Step afterwards) throws Exception {
    Await.until("the load is accepted", SOON, () -> calls.acknowledged().size() >= CALM);
    begun = System.nanoTime();
    long[] back = cause.strike();
    double[] onAgain = new double[back.length];
    for (int i = 0; i < back.length; i++) {
      int replica = i;
      Await.until(
          () -> FailoverCluster.FORMS.get(replica) + " accepts submissions",
          SOON,
          () -> calls.firstAccepted(replica, back[replica]).isPresent());
      onAgain[i] = (calls.firstAccepted(i, back[i]).orElseThrow().at() - back[i]) / 1e9;
      if (onAgain[i] > MachineLoad.stretch(longest.get(i)).toMillis() / 1e3) {
        violations.add(
            String.format(
                Locale.ROOT,
                "%s: on again after %.1f s",
                FailoverCluster.FORMS.get(i),
                onAgain[i]));
      }
    }
    Await.until("both are ready", SOON, () -> probes.isReady(0) && probes.isReady(1));
    for (int i = 0; i < back.length; i++) {
      checkReadyAgain(i, back[i], longest.get(i));
    }
    afterwards.take();
    int accepted = calls.acknowledged().size();
    Await.until("the load goes on", SOON, () -> calls.acknowledged().size() >= accepted + CALM);
    calls.stop();
    FailoverCheck check = check();
    checkAnswers();
    checkReplicas();
    String row = row(onAgain, check);
    assertThat(violations).as(row).isEmpty();
    return row;
  }

  /** A service sends callers to ready replicas only. */
  private void checkReadyAgain(int replica, long back, Duration longest) {
    double after = (probes.lastChange(replica) - back) / 1e9;
    if (after > MachineLoad.stretch(longest).plus(READY_LATER).toMillis() / 1e3) {
      violations.add(
          String.format(
              Locale.ROOT, "%s: ready after %.1f s", FailoverCluster.FORMS.get(replica), after));
    }
  }

  private FailoverCheck check() throws SQLException {
    FailoverCheck check = new FailoverCheck(cluster.pair().primary(), from, loss);
    check.compare(calls.acknowledged(), cluster.attempts().all());
    violations.addAll(check.violations());
    return check;
  }

  private void checkAnswers() {
    calls.answers().stream()
        .filter(answer -> !answer.isSuccess() && answer.status() != 503)
        .limit(5)
        .forEach(answer -> violations.add("a client got " + answer));
  }

  private void checkReplicas() {
    if (probes.dead() > 0) {
      violations.add("liveness failed " + probes.dead() + " times");
    }
    if (cluster.sessions() > sessions) {
      violations.add((cluster.sessions() - sessions) + " sessions were opened");
    }
    for (int i = 0; i < logsFrom.size(); i++) {
      List<String> lines = log(i).lines().toList();
      List<String> complaints =
          lines.stream().filter(line -> line.matches("\\S+ (WARN|ERROR) .*")).toList();
      long outages = log(i).lines().filter(line -> line.contains("takes no writes")).count();
      if (complaints.size() > MAX_LOG_LINES * Math.max(strikes, outages)) {
        violations.add("replica " + i + " complains in " + complaints.size() + " lines");
        complaints.stream().limit(30).forEach(violations::add);
      }
      lines.stream()
          .filter(line -> line.startsWith("\tat ") || line.contains("Session expired"))
          .limit(2)
          .forEach(line -> violations.add(line));
    }
  }

  private String row(double[] onAgain, FailoverCheck check) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s |",
        fault,
        each(this::saw),
        each(replica -> probes.since(replica, begun)),
        each(replica -> String.format(Locale.ROOT, "%.1f s", onAgain[replica])),
        check.counts());
  }

  private interface OfReplica {
    String text(int replica);
  }

  private static String each(OfReplica text) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
      texts.add(FailoverCluster.FORMS.get(i) + ": " + text.text(i));
    }
    return String.join("; ", texts);
  }

  private String saw(int replica) {
    List<Answer> own =
        calls.answers().stream()
            .filter(answer -> answer.replica() == replica && answer.at() - begun > 0)
            .toList();
    Map<Integer, Long> statuses =
        own.stream()
            .collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
    return statuses.entrySet().stream()
            .map(entry -> entry.getValue() + " × " + entry.getKey())
            .collect(Collectors.joining(", "))
        + String.format(
            Locale.ROOT, ", slowest %.1f s (edit %.1f s)", slowest(own, false), slowest(own, true));
  }

  private static double slowest(List<Answer> answers, boolean edit) {
    return answers.stream()
        .filter(answer -> answer.edit() == edit)
        .mapToDouble(answer -> answer.took().toMillis() / 1e3)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    calls.close();
    probes.close();
  }
}
