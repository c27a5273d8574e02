package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kills schedulers while they apply a job file. */
@AtNight
class JobApplyFaultIT {
  private static final int KILLS = 50;
  private static final int JOBS = 100;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String APPLY = "/apps/" + Stack.APP + "/jobs:apply";

  /** Name, round and owner of each job, and whether its trigger is correct. */
  private static final String LIVE_JOBS =
      """
      select concat_ws(' ', j.name, v.document #>> '{parameters,round}', j.owner,
        (t.job_id is not null)::text)
      from job j join job_version v on v.id = j.version_id left join trigger t on t.job_id = j.id
      where j.deleted_at is null
      order by j.name
      """;

  private static final String TRIGGERS_OF_DELETED =
      "select count(*) from trigger t join job j on j.id = t.job_id where j.deleted_at is not null";

  private static final String OTHER_CLIENTS =
      """
      select count(*) from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()
      """;

  /** A sequence also reveals uncommitted jobs and versions. */
  private static final String IDS_EVER = "select last_value from instance_number";

  @Tag("thorough")
  @Test
  void appliesFileAtomicallyWhenSchedulerIsKilled() throws Exception {
    long seed = Long.getLong("orrery.it.seed", System.nanoTime());
    System.out.println("JobApplyFaultIT: seed " + seed + " (-Dorrery.it.seed)");
    Random random = new Random(seed);
    try (Stack stack = new Stack("apply-kill");
        Postgres database = Postgres.start(stack.directory())) {
      stack.startSchedulerOn(database);
      assertThat(apply(stack.api(), 0).join()).isEqualTo(200);
      assertThat(database.texts(LIVE_JOBS)).isEqualTo(liveJobs(0));
      long before = database.count(IDS_EVER);
      assertThat(apply(stack.api(), 1).join()).isEqualTo(200);
      int idsOfFile = Math.toIntExact(database.count(IDS_EVER) - before);
      int standing = 1;
      int applied = 0;

      for (int kill = 1; kill <= KILLS; kill++) {
        if (kill > 1) {
          stack.startSchedulerOn(database);
        }
        // Half of the stored jobs are not in the file, so the apply prunes them.
        int round = 2 * kill + (standing + 1) % 2;
        List<String> jobsBefore = database.texts(LIVE_JOBS);
        long ids = database.count(IDS_EVER);
        CompletableFuture<Integer> call = apply(stack.api(), round);
        if (kill % 3 == 0) {
          awaitIds(ids + idsOfFile, call, database);
          Await.pass(Duration.ofMillis(random.nextInt(200)));
        } else {
          awaitIds(ids + 1 + random.nextInt(idsOfFile), call, database);
        }
        stack.killScheduler();
        Await.until(
            "the database has ended the transactions of the killed scheduler",
            SOON,
            () -> database.count(OTHER_CLIENTS) == 0);

        List<String> after = database.texts(LIVE_JOBS);
        assertThat(after).as("after kill " + kill).isIn(jobsBefore, liveJobs(round));
        assertThat(database.count(TRIGGERS_OF_DELETED)).isZero();
        if (after.equals(jobsBefore)) {
          assertThat(call.join()).as("answer to what was not applied").isZero();
        } else {
          standing = round;
          applied++;
        }
      }

      stack.startSchedulerOn(database);
      int last = 2 * KILLS + 2;
      assertThat(apply(stack.api(), last).join()).isEqualTo(200);
      assertThat(database.texts(LIVE_JOBS)).isEqualTo(liveJobs(last));
      assertThat(applied).as("files that were applied before the kill").isLessThan(KILLS);
      System.out.printf(
          "JobApplyFaultIT: %d kills, %d files applied as a whole, %d not at all, 0 in part%n",
          KILLS, applied, KILLS - applied);
    }
  }

  /** Waits until the call has used this many ids for uncommitted rows. */
  private static void awaitIds(long enough, CompletableFuture<Integer> call, Postgres database)
      throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(IDS_EVER)) {
      long begun = System.nanoTime();
      while (number(statement) < enough) {
        assertThat(System.nanoTime() - begun).as("time to write").isLessThan(SOON.toNanos());
        assertThat(call.isDone() && number(statement) < enough).as("answered before").isFalse();
        // The kill must hit the middle of a transaction of some tens of milliseconds.
        Await.pass(Duration.ofMillis(1));
      }
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Completes with the status of the response; 0 without a response. */
  private static CompletableFuture<Integer> apply(Api api, int round) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return api.call("POST", APPLY, file(round)).status();
          } catch (IOException e) {
            return 0;
          }
        });
  }

  /** Even and odd rounds share half of their jobs. */
  private static IntStream numbers(int round) {
    return IntStream.range(0, JOBS).map(n -> n + (round % 2) * JOBS / 2);
  }

  private static String file(int round) {
    String jobs =
        numbers(round)
            .mapToObj(
                n ->
                    """
                    {"name": "%s", "processor": {"type": "noop"}, "trigger": {"cron": "@yearly"},
                     "concurrency": 1, "parameters": {"round": "%d"}}"""
                        .formatted(name(n), round))
            .collect(Collectors.joining(","));
    return "{\"owner\":\"repo\",\"prune\":true,\"jobs\":[" + jobs + "]}";
  }

  private static List<String> liveJobs(int round) {
    return numbers(round).mapToObj(n -> name(n) + " " + round + " repo true").toList();
  }

  private static String name(int number) {
    return "job-%03d".formatted(number);
  }
}
