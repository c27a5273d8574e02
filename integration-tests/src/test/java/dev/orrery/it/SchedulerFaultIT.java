package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Journal;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills schedulers, with or without their database. */
@Order(1)
class SchedulerFaultIT {
  @Tag("builds")
  @Test
  void keepsAcknowledgedInstancesDespiteRepeatedSchedulerKills() throws Exception {
    long seed = Long.getLong("orrery.it.seed", System.nanoTime());
    System.out.println("SchedulerFaultIT: seed " + seed + " (-Dorrery.it.seed)");
    Random random = new Random(seed);
    try (Stack stack = new Stack("scheduler-kill", Leases.options())) {
      ProgramProcess scheduler = stack.startScheduler();
      Load load = Load.on(stack);

      for (int kill = 0; kill < 3; kill++) {
        load.awaitMore(40);
        Await.pass(Duration.ofMillis(random.nextInt(1500)));
        scheduler.kill();
        scheduler = stack.startScheduler();
      }
      Await.pass(Duration.ofSeconds(1));
      load.stop();

      assertThat(load.acknowledged).hasSizeGreaterThan(100).doesNotHaveDuplicates();
      int ended = load.requireAllSucceeded();
      System.out.printf(
          "SchedulerFaultIT: 3 kills, %d acknowledged, %d ended, 0 lost%n",
          load.acknowledged.size(), ended);
    }
  }

  @Test
  @AtNight
  void restartsKilledEmbeddedDatabaseWithoutLosingInstances() throws Exception {
    killDatabaseUnderLoad("database-kill", 2);
  }

  @Tag("thorough")
  @Test
  @AtNight
  void restartsEmbeddedDatabaseAfterEachOfTenKills() throws Exception {
    killDatabaseUnderLoad("database-kill-10", 10);
  }

  private static void killDatabaseUnderLoad(String name, int kills) throws Exception {
    try (Stack stack = new Stack(name, Leases.options())) {
      ProgramProcess scheduler = stack.startScheduler();
      Load load = Load.on(stack);

      for (int kill = 1; kill <= kills; kill++) {
        load.awaitMore(40);
        stack.killDatabase(kill);
      }
      load.stop();

      assertThat(scheduler.isAlive()).isTrue();
      int ended = load.requireAllSucceeded();
      System.out.printf(
          "SchedulerFaultIT: %d kills of the database, %d acknowledged, %d ended, 0 lost%n",
          kills, load.acknowledged.size(), ended);
    }
  }

  @Tag("thorough")
  @Test
  @AtNight
  void exitsWithOneSentenceWhenEmbeddedDatabaseCannotRestart() throws Exception {
    try (Stack stack = new Stack("database-lost")) {
      ProgramProcess scheduler = stack.startScheduler();
      Files.move(
          stack.dataDir().resolve("postgres/global/pg_control"),
          stack.dataDir().resolve("postgres/global/pg_control.away"));
      ProcessHandle.of(stack.databasePid()).orElseThrow().destroyForcibly();

      assertThat(scheduler.awaitExit(Duration.ofMinutes(3))).isEqualTo(1);
      assertThat(scheduler.output())
          .containsOnlyOnce("Embedded database died; restarting it: exitCode=137")
          .containsOnlyOnce("stopping the service. The database log is in the folder 'log'");
    }
  }

  /** Submits runs of a job in sequence until it is stopped. */
  private static final class Load {
    private final Stack stack;
    private final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread submitter = new Thread(this::submit, "submitter");

    private Load(Stack stack) {
      this.stack = stack;
    }

    static Load on(Stack stack) {
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      stack.startAgent("-Dorrery.worker.capacity=50");
      Load load = new Load(stack);
      load.submitter.start();
      return load;
    }

    private void submit() {
      while (!stopped.get()) {
        try {
          Api.Answer answer =
              stack.api().call("POST", "/apps/" + Stack.APP + "/jobs/noop/instances", "{}");
          if (answer.status() == 202) {
            acknowledged.add(answer.body().get("id").asText());
          }
        } catch (IOException e) {
          // Not acknowledged: the scheduler is away just now.
          Await.pass(Duration.ofMillis(20));
        }
      }
    }

    void awaitMore(int count) {
      int enough = acknowledged.size() + count;
      Await.until(
          "runs are acknowledged", Duration.ofSeconds(60), () -> acknowledged.size() >= enough);
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      submitter.join();
    }

    /**
     * Returns the number of instances after checking that each is unique and all acknowledged ones
     * exist.
     */
    int requireAllSucceeded() {
      Await.until(
          "nothing waits or runs any more",
          Leases.untilTakenOver(),
          () -> stack.api().states(Stack.APP, "noop").keySet().equals(Set.of("SUCCEEDED")));
      List<String> ended =
          stack.api().instances(Stack.APP, "noop").stream()
              .map(run -> run.get("id").asText())
              .toList();
      assertThat(ended).doesNotHaveDuplicates().containsAll(acknowledged);
      return ended.size();
    }
  }

  @Tag("thorough")
  @Test
  void startsNothingTwiceAfterOutageLongerThanTheLease() {
    Duration away = Leases.LEASE.multipliedBy(3).dividedBy(2);
    try (Stack stack = new Stack("scheduler-away", Leases.options())) {
      ProgramProcess scheduler = stack.startScheduler();
      Journal journal = new Journal(stack.directory());
      String longerThanTheOutage =
          journal.entry() + "sleep " + (away.toSeconds() + Leases.LEASE.toSeconds() + 10);
      String endsDuringTheOutage =
          journal.entry() + "sleep 3; echo finished while nobody was there";
      stack
          .api()
          .putJob(
              Stack.APP,
              "long",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"" + longerThanTheOutage + "\"}}");
      stack
          .api()
          .putJob(
              Stack.APP,
              "short",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"" + endsDuringTheOutage + "\"}}");
      // Two agents: if something were requeued, the other one would start it.
      stack.startAgent();
      stack.startAgent();
      List<String> ids = new ArrayList<>(stack.api().runMany(Stack.APP, "long", 6));
      ids.addAll(stack.api().runMany(Stack.APP, "short", 6));
      Await.until("all run", Duration.ofSeconds(10), () -> journal.entries().size() == ids.size());

      scheduler.terminate();
      scheduler.awaitExit(Duration.ofSeconds(30));
      Await.pass(away);
      stack.startScheduler();

      for (String id : ids) {
        stack.api().awaitState(id, "SUCCEEDED", away.plus(Leases.untilTakenOver()));
        assertThat(journal.starts(id)).isEqualTo(1);
        assertThat(stack.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      }
      System.out.printf(
          "SchedulerFaultIT: away for %d s with a lease of %d s, 12 running: none started twice%n",
          away.toSeconds(), Leases.LEASE.toSeconds());
    }
  }
}
