package dev.orrery.scheduler.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PruneStoreTest extends StoreTest {
  /** What one statement deletes at most. */
  private static final int STEP = 5000;

  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void allThatIsOldIsDeletedHoweverManyStatementsItTakes() {
    StoredJob job = database.job();
    database.update(
        """
        insert into idempotency (app_id, key, hash, ids, created_at)
        select ?, n::text, '', '{}', now() - n * interval '1 day' from generate_series(0, ?) n
        """,
        job.app(),
        STEP + 1);

    assertThat(new PruneStore(database.hot()).idempotencyOlderThan(DAY)).isEqualTo(STEP + 1);

    assertThat(database.numbers("select key::bigint from idempotency")).containsExactly(0L);
  }

  @Test
  void sessionsThatLiveAreNotOld() {
    StoredJob job = database.job();
    database.session(job);
    database.update("update worker_session set created_at = now() - interval '9 days'");
    database.session(job);
    database.update(
        "update worker_session set ended_at = now() - interval '2 days'"
            + " where created_at > now() - interval '1 day'");

    assertThat(new PruneStore(database.hot()).sessionsEndedBefore(DAY)).isOne();

    assertThat(database.number("select count(*) from worker_session where ended_at is null"))
        .isOne();
  }
}
