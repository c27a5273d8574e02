package dev.orrery.scheduler.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.StoreTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which progress is forgotten. */
@QuarkusTest
class ProgressStoreTest extends StoreTest {
  /** What one statement deletes at most. */
  private static final int STEP = 5000;

  @Test
  void allThatIsOldIsDeletedHoweverManyStatementsItTakes() {
    database.update(
        """
        insert into progress (instance_id, attempt, percent, at)
        select n, 1, 5, now() - interval '2 days' from generate_series(1, ?) n
        """,
        STEP + 1);

    prune();

    assertThat(database.number("select count(*) from progress")).isZero();
  }

  @Test
  void progressOfWhatRunsAndOfWhatSaidItLatelyStays() {
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
    new ProgressStore(database.hot()).prune(Duration.ofDays(1));
  }
}
