package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Figures;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.WorkerWire;
import dev.orrery.protocol.Protocol;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares both protocols: one scheduler on its embedded database, and an agent for each protocol,
 * with default settings. The protocols take turns, so that other load affects both; the ratios are
 * meaningful, the figures only on an idle machine.
 *
 * <p>{@code -Dorrery.it.protocols.scale=10} does ten times as much in each round.
 */
@AtNight
@Tag("thorough")
class ProtocolsIT {
  private static final List<Protocol> BOTH = List.of(Protocol.HTTP, Protocol.AKKA);
  private static final int SCALE = Integer.getInteger("orrery.it.protocols.scale", 1);
  private static final int ROUNDS = 3;
  private static final int VERBS = 1000 * SCALE;
  private static final int AT_ONCE = 16;
  private static final int JOBS = 40 * SCALE;
  private static final int INSTANCES = 2000 * SCALE;

  /** A larger ratio indicates a defect, even on a busy machine. */
  private static final double SANE = 10;

  private final Map<Protocol, WorkerWire> wires = new HashMap<>();
  private final Map<Protocol, ProgramProcess> agents = new HashMap<>();
  private final Figures figures = new Figures();
  private final Stack stack =
      new Stack(
          "protocols",
          "-Dorrery.protocols.active=http,akka",
          "-Dorrery.protocols.akka.port=" + Ports.free());
  private ProgramProcess scheduler;
  private long notSucceeded;

  @Test
  void runsJobsAtComparableSpeedOverBothProtocols() throws SQLException, InterruptedException {
    try (stack) {
      scheduler = stack.startScheduler();
      for (Protocol protocol : BOTH) {
        String name = protocol.canonicalName();
        stack
            .api()
            .putJob(
                Stack.APP,
                name,
                "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"" + name + "\"]}");
        agents.put(
            protocol,
            stack.startAgentAt(
                stack.apiPort(),
                "-XX:TieredStopAtLevel=4",
                "-Dorrery.worker.protocol=" + name,
                "-Dorrery.worker.akka.port=0",
                "-Dorrery.worker.tags=" + name));
        wires.put(protocol, new WorkerWire(protocol, stack));
      }
      try (Connection database = stack.connect()) {
        measure(database, new Figures());
        for (int round = 0; round < ROUNDS; round++) {
          measure(database, figures);
        }
      } finally {
        wires.values().forEach(WorkerWire::close);
      }
    }

    System.out.printf(
        "ProtocolsIT: %d rounds after one for warming up; in each %d verbs, %d empty jobs one at a"
            + " time, %d at once%n%s",
        ROUNDS, VERBS, JOBS, INSTANCES, figures.table("akka", "http"));
    assertThat(notSucceeded).isZero();
    for (String figure : figures.names()) {
      if (isComparable(figure)) {
        assertThat(figures.ratio(figure, "akka", "http")).as(figure).isBetween(1 / SANE, SANE);
      }
    }
  }

  /**
   * Returns true if the ratio is meaningful on a busy machine. HTTP passes an operation through
   * more threads, each of which waits for a processor there, so medians, rates, and times of many
   * operations at once compare the waits. The worker's processor time is that of this process,
   * which runs other tests too.
   */
  private static boolean isComparable(String figure) {
    return figure.matches(".*one at a time, p1, .*|empty job.* p1, .*")
        || figure.matches("processor time .*, scheduler.*")
        || figure.startsWith("instances a second");
  }

  private void measure(Connection database, Figures into)
      throws SQLException, InterruptedException {
    for (Protocol protocol : BOTH) {
      oneAtATime(protocol, into);
    }
    for (Protocol protocol : BOTH) {
      manyAtOnce(protocol, into);
    }
    for (Protocol protocol : BOTH) {
      emptyJobs(protocol.canonicalName(), into);
    }
    for (Protocol protocol : BOTH) {
      throughput(protocol, database, into);
    }
  }

  private void oneAtATime(Protocol protocol, Figures into) {
    WorkerWire wire = wires.get(protocol);
    wire.shakeHands();
    long[] nanos = new long[VERBS];
    long begun = System.nanoTime();
    for (int i = 0; i < VERBS; i++) {
      long sent = System.nanoTime();
      wire.reportNothing().join();
      nanos[i] = System.nanoTime() - sent;
    }
    String name = protocol.canonicalName();
    into.add("verbs a second, one at a time", name, perSecond(VERBS, begun));
    into.addTimes("verb there and back, one at a time", name, nanos);
    wire.sayGoodBye();
  }

  private void manyAtOnce(Protocol protocol, Figures into) throws InterruptedException {
    WorkerWire wire = wires.get(protocol);
    wire.shakeHands();
    Semaphore places = new Semaphore(AT_ONCE);
    AtomicInteger failed = new AtomicInteger();
    int verbs = VERBS * 4;
    long[] nanos = new long[verbs];
    Duration before = scheduler.processorTime();
    Duration ownBefore = ownProcessorTime();
    long begun = System.nanoTime();
    for (int i = 0; i < verbs; i++) {
      places.acquire();
      int verb = i;
      long sent = System.nanoTime();
      var unused =
          wire.reportNothing()
              .whenComplete(
                  (answer, failure) -> {
                    nanos[verb] = System.nanoTime() - sent;
                    if (failure != null) {
                      failed.incrementAndGet();
                    }
                    places.release();
                  });
    }
    places.acquire(AT_ONCE);
    String name = protocol.canonicalName();
    into.add("verbs a second, " + AT_ONCE + " at a time", name, perSecond(verbs, begun));
    into.addTimes("verb there and back, " + AT_ONCE + " at a time", name, nanos);
    into.add(
        "processor time of a verb, scheduler, ms",
        name,
        millis(scheduler.processorTime().minus(before)) / verbs);
    into.add(
        "processor time of a verb, worker, ms",
        name,
        millis(ownProcessorTime().minus(ownBefore)) / verbs);
    assertThat(failed).hasValue(0);
    wire.sayGoodBye();
  }

  private static Duration ownProcessorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }

  private void emptyJobs(String job, Figures into) {
    long[] nanos = new long[JOBS];
    for (int i = 0; i < JOBS; i++) {
      long asked = System.nanoTime();
      String id = stack.api().run(Stack.APP, job);
      String state = "";
      while (!state.equals("SUCCEEDED")) {
        state = stack.api().state(id);
      }
      nanos[i] = System.nanoTime() - asked;
    }
    into.addTimes("empty job, from the call to the result", job, nanos);
  }

  /** Measures from before the submission to the end of the last run, by the database's clock. */
  private void throughput(Protocol protocol, Connection database, Figures into)
      throws SQLException {
    String job = protocol.canonicalName();
    Duration before = processorTimeWith(protocol);
    try (Statement sql = database.createStatement()) {
      String begun = text(sql, "select clock_timestamp()::text");
      for (int left = INSTANCES; left > 0; left -= 10_000) {
        stack.api().runMany(Stack.APP, job, Math.min(left, 10_000));
      }
      Await.until(
          "all have ended",
          Duration.ofMinutes(5),
          () -> text(sql, "select count(*) from instance").equals("0"));
      String since = " from instance_history where ended_at >= timestamptz '" + begun + "'";
      double seconds =
          Double.parseDouble(
              text(
                  sql,
                  "select extract(epoch from max(ended_at) - timestamptz '"
                      + begun
                      + "')"
                      + since));
      into.add("instances a second, capacity 20", job, INSTANCES / seconds);
      into.add(
          "processor time of an instance, scheduler and agent, ms",
          job,
          millis(processorTimeWith(protocol).minus(before)) / INSTANCES);
      notSucceeded +=
          INSTANCES - Long.parseLong(text(sql, "select count(*)" + since + " and state = 10"));
    }
  }

  private Duration processorTimeWith(Protocol protocol) {
    return scheduler.processorTime().plus(agents.get(protocol).processorTime());
  }

  private static String text(Statement sql, String query) throws SQLException {
    try (ResultSet row = sql.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static double perSecond(int count, long begunNanos) {
    return count * 1e9 / (System.nanoTime() - begunNanos);
  }
}
