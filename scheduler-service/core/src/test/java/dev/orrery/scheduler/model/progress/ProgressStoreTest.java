package dev.orrery.scheduler.model.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.progress.ProgressStore.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Fenced writes of progress, and bounded deletes. */
class ProgressStoreTest extends StoreTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void prunesAllOldProgressAcrossSeveralStatements() {
    database.update(
        """
        insert into progress (instance_id, attempt, percent, at)
        select n, 1, 5, now() - interval '2 days' from generate_series(1, ?) n
        """,
        DELETE_STEP + 1);

    prune();

    assertThat(database.number("select count(*) from progress")).isZero();
  }

  @Test
  void keepsProgressOfActiveRunsAndRecentProgress() {
    said(1, "2 days");
    said(2, "2 days");
    said(3, "1 hour");
    database.job().instance(2);

    prune();

    assertThat(database.numbers("select instance_id from progress order by 1"))
        .containsExactly(2L, 3L);
  }

  private void said(long instance, String ago) {
    database.update(
        "insert into progress (instance_id, attempt, percent, at)"
            + " values (?, 1, 5, now() - ?::interval)",
        instance,
        ago);
  }

  private void prune() {
    new ProgressStore(database.hot()).prune(DAY);
  }

  @Test
  void prunesProgressInBoundedSteps() {
    database.update(
        """
        insert into progress (instance_id, attempt, percent, at)
        select n, 1, 5, '2026-01-01' from generate_series(1, ?) n
        """,
        DELETE_STEP + 1);
    Client client = database.hot();
    int before = client.calls();

    new ProgressStore(client).prune(DAY);

    assertThat(client.calls() - before).as("statements").isEqualTo(2);
  }

  /** Both the instance and what was said of it must be older. */
  @Test
  void prunesProgressOnlyWhenRunAndProgressExceedAge() {
    Instant bound = NOON.minus(DAY);
    long old = idAt(bound) - 1;
    said(old, bound.minusMillis(1));
    said(old - 1, bound);
    said(idAt(bound), bound.minusMillis(1));

    new ProgressStore(database.hotAt(NOON)).prune(DAY);

    assertThat(database.numbers("select instance_id from progress order by 1"))
        .containsExactly(old - 1, idAt(bound));
  }

  @Test
  void storesProgressOnlyForAttemptRunByReportingSession() {
    StoredJob job = database.job();
    UUID session = database.session(job);
    UUID other = database.session(job);
    job.running(1, session, "attempt = 2");
    job.running(2, session);
    job.running(3, session, "state = 1");
    job.running(5, session);

    write(
        say(session, 1, 1),
        say(other, 2, 1),
        say(session, 3, 1),
        say(session, 4, 1),
        say(session, 5, 1));

    assertThat(database.numbers("select instance_id from progress")).containsExactly(5L);
  }

  @Test
  void storesFinalProgressOnlyForEndedAttemptOfSameSession() {
    StoredJob job = database.job();
    UUID session = database.session(job);
    for (int id = 1; id <= 3; id++) {
      job.ended(id, 10, "attempt = 2", "session_id = '" + session + "'");
    }

    write(say(session, 1, 1), say(database.session(job), 2, 2), say(session, 3, 2));

    assertThat(database.numbers("select instance_id from progress")).containsExactly(3L);
  }

  @Test
  void storesFinalProgressOfEndedPart() {
    StoredJob job = database.job();
    UUID session = database.session(job);
    for (int id = 1; id <= 2; id++) {
      database.update(
          """
          insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, ended_at,
            attempt, state, priority, reported, session_id)
          values (?, 9, 0, ?, 1, now(), now(), 2, 10, 5, true, ?)
          """,
          id,
          job.id(),
          session);
    }

    write(say(session, 1, 2), say(database.session(job), 2, 2));

    assertThat(database.numbers("select instance_id from progress")).containsExactly(1L);
  }

  @Test
  void replacesEarlierProgressOfRun() {
    StoredJob job = database.job();
    UUID session = database.session(job);
    job.running(1, session);
    write(new Said(session, new ProgressUpdate(1, 1, 10, "first")));
    database.update("update instance set attempt = 2");

    Instant now = Instant.parse("2030-01-01T00:00:00Z");
    new ProgressStore(database.hotAt(now))
        .write(List.of(new Said(session, new ProgressUpdate(1, 2, 20, "second"))));

    assertThat(new ProgressStore(database.hot()).of(List.of(new AttemptRef(1, 1))))
        .isEqualTo(Map.of(new AttemptRef(1, 2), new ProgressView(20, "second", now)));
  }

  /** In another order, two replicas would wait for each other. */
  @Test
  void writesProgressInRunIdOrderToAvoidDeadlock() {
    StoredJob job = database.job();
    UUID session = database.session(job);
    job.running(1, session);
    job.running(2, session);
    write(say(session, 1, 1), say(session, 2, 1));
    Client holder = database.begin();
    holder.lock("select from progress where instance_id = 1 for update");

    Call<Boolean> write =
        database
            .call(
                client -> {
                  new ProgressStore(client).write(List.of(say(session, 2, 1), say(session, 1, 1)));
                  return true;
                })
            .awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update progress set percent = 99 where instance_id = 2"));
    holder.commit();
    assertThat(write.result()).isTrue();
  }

  @Test
  void readsProgressOfRequestedAttemptOnly() {
    said(1, NOON);
    said(2, NOON);

    assertThat(new ProgressStore(database.hot()).of(List.of(new AttemptRef(2, 1))))
        .containsOnlyKeys(new AttemptRef(2, 1));
  }

  private static Said say(UUID session, long instance, int attempt) {
    return new Said(session, new ProgressUpdate(instance, attempt, 50, "half"));
  }

  private void write(Said... all) {
    new ProgressStore(database.hot()).write(List.of(all));
  }

  private long idAt(Instant instant) {
    return database.number("select instance_id_at(?::timestamptz)", instant.toString());
  }

  private void said(long instance, Instant at) {
    database.update(
        "insert into progress (instance_id, attempt, percent, at)"
            + " values (?, 1, 5, ?::timestamptz)",
        instance,
        at.toString());
  }
}
