package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the trigger of the history keeps of the newest ends of a job, and which ends it records. */
class JudgeEndsTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int SUCCEEDED = 10;
  private static final int FAILED = 11;
  private static final int TIMED_OUT = 12;
  private static final int CANCELED = 13;
  private static final int SKIPPED = 14;

  private StoredJob job;

  @BeforeEach
  void createJob() {
    job = database.job();
    job.webhook("ops", "{failed,recovered}");
  }

  /** An end of a job, so many seconds after noon. */
  private record End(StoredJob of, long id, int state, int second) {}

  private End end(long id, int state, int second) {
    return new End(job, id, state, second);
  }

  private static int write(Client client, End... ends) {
    return client.transaction(
        connection -> {
          String rows = "(?, ?, ?, now(), ?::timestamptz, 1, ?, 5, true)";
          String sql =
              "insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt,"
                  + " state, priority, reported) values "
                  + String.join(", ", List.of(ends).stream().map(end -> rows).toList());
          try (PreparedStatement insert = connection.prepareStatement(sql)) {
            int place = 1;
            for (End end : ends) {
              insert.setLong(place++, end.id());
              insert.setLong(place++, end.of().id());
              insert.setLong(place++, end.of().version());
              insert.setString(place++, NOON.plusSeconds(end.second()).toString());
              insert.setInt(place++, end.state());
            }
            return insert.executeUpdate();
          }
        });
  }

  private void write(End... ends) {
    write(database.hot(), ends);
  }

  /** As "failures since last", the times in seconds after noon. */
  private List<String> failing() {
    return database.texts(
        """
        select failures || ' ' || extract(epoch from since - '2026-03-01T12:00:00Z')::int || ' '
          || last_instance
        from job_failing order by job_id
        """);
  }

  private List<String> events() {
    return database.texts(
        """
        select case state when 10 then 'success ' else 'failure ' end || coalesce(instance_id, 0)
        from webhook_event order by id
        """);
  }

  @Test
  void countsFailuresInRowUntilSuccess() {
    write(end(1, FAILED, 1));
    write(end(2, TIMED_OUT, 2), end(3, FAILED, 3));
    write(end(4, CANCELED, 4), end(5, SKIPPED, 5));
    assertThat(failing()).containsExactly("3 1 3");

    write(end(6, SUCCEEDED, 6));
    assertThat(failing()).isEmpty();
    assertThat(events()).containsExactly("failure 1", "failure 2", "failure 3", "success 6");
  }

  @Test
  void writesNothingForSuccessOfHealthyJob() {
    write(end(1, SUCCEEDED, 1), new End(job.sibling("other"), 2, SUCCEEDED, 1));
    write(end(3, FAILED, 2), end(4, SUCCEEDED, 3));
    write(end(5, SUCCEEDED, 4));

    assertThat(failing()).isEmpty();
    assertThat(events()).containsExactly("failure 3", "success 4");
  }

  @Test
  void keepsFailuresThatHistoryForgets() {
    write(end(1, FAILED, 1));
    database.update("delete from instance_history");
    write(end(2, FAILED, 2));

    assertThat(failing()).containsExactly("2 1 2");
  }

  @Test
  void ordersEndsOfOneStatementByTimeThenId() {
    write(end(1, FAILED, 1));
    write(end(3, FAILED, 9), end(2, SUCCEEDED, 9), end(4, FAILED, 2));

    assertThat(failing()).as("the failure with the greater id is newer").containsExactly("1 9 3");
    assertThat(events()).containsExactly("failure 1", "failure 4", "success 2", "failure 3");
  }

  @Test
  void ignoresSuccessOlderThanLastFailure() {
    write(end(2, FAILED, 5));
    write(end(1, FAILED, 8));
    write(end(3, SUCCEEDED, 6));

    assertThat(failing()).containsExactly("2 5 1");
    assertThat(events()).containsExactly("failure 2", "failure 1");
  }

  /** Neither transaction sees the other, so the compaction of the counted ends decides. */
  @Test
  void settlesOverlappingSuccessAndFailureByTime() {
    Client success = database.begin();
    write(success, end(1, SUCCEEDED, 9));
    write(end(2, FAILED, 8));
    success.commit();
    database.update("delete from end_count_batch");
    assertThat(failing()).as("the success is newer").isEmpty();
    assertThat(events()).containsExactly("failure 2", "success 0");

    success = database.begin();
    write(success, end(3, SUCCEEDED, 18));
    write(end(4, FAILED, 19));
    success.commit();
    database.update("delete from end_count_batch");
    assertThat(failing()).as("the failure is newer").containsExactly("1 19 4");
  }

  @Test
  void waitsForOverlappingChangeOfFailingJob() {
    write(end(1, FAILED, 1));
    Client success = database.begin();
    write(success, end(2, SUCCEEDED, 2));
    var failure = database.call(client -> write(client, end(3, FAILED, 3)));
    failure.awaitBlocked();
    success.commit();
    failure.result();

    assertThat(failing()).containsExactly("1 3 3");
    assertThat(events()).containsExactly("failure 1", "success 2", "failure 3");
  }

  @Test
  void endsManyJobsInAnyOrderWithoutDeadlock() {
    List<StoredJob> jobs = new ArrayList<>();
    for (int n = 0; n < 8; n++) {
      jobs.add(job.sibling("job-" + n));
    }
    List<Runnable> rounds = new ArrayList<>();
    for (int caller = 0; caller < 4; caller++) {
      long first = 1000L * (caller + 1);
      boolean forwards = caller % 2 == 0;
      var call =
          database.call(
              client -> {
                for (int round = 0; round < 25; round++) {
                  End[] ends = new End[jobs.size()];
                  for (int n = 0; n < ends.length; n++) {
                    StoredJob of = jobs.get(forwards ? n : ends.length - 1 - n);
                    int state = (n + round) % 3 == 0 ? SUCCEEDED : FAILED;
                    ends[n] = new End(of, first + 10L * round + n, state, round);
                  }
                  write(client, ends);
                }
                return null;
              });
      rounds.add(call::result);
    }

    rounds.forEach(Runnable::run);

    write(
        jobs.stream()
            .map(of -> new End(of, 20_000 + jobs.indexOf(of), SUCCEEDED, 99))
            .toArray(End[]::new));
    assertThat(failing()).isEmpty();
  }
}
