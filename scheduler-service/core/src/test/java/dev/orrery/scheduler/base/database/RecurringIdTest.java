package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids in a database that went back in time together with its sequences. */
class RecurringIdTest extends StoreTest {
  private static final List<String> TABLES = List.of("app", "lane", "job", "job_version", "token");

  private record Ids(long app, long lane, long job, long version, long token) {}

  @Test
  void neverReusesIdsOfDeletedRows() {
    Ids lost = create();

    for (String table : List.of("token", "job_version", "job", "lane", "app")) {
      // One transaction: a job and its version name each other.
      database.update(
          table.equals("job_version")
              ? "with jobs as (delete from job) delete from job_version"
              : "delete from " + table);
    }
    Ids now = create();

    assertThat(now.app()).isNotEqualTo(lost.app());
    assertThat(now.lane()).isNotEqualTo(lost.lane());
    assertThat(now.job()).isGreaterThan(lost.job());
    assertThat(now.version()).isGreaterThan(lost.version());
    assertThat(now.token()).isGreaterThan(lost.token());
  }

  @Test
  void keepsIdSequencesUnownedByTables() {
    for (String table : TABLES) {
      assertThat(database.texts("select pg_get_serial_sequence('" + table + "', 'id')"))
          .containsOnlyNulls();
    }
  }

  private Ids create() {
    database.update("alter sequence instance_number restart with 0");
    StoredJob job = database.job();
    database.update(
        "insert into token (app_id, role, hash) values (?, 'viewer', '\\x00')", job.app());
    return new Ids(
        job.app(),
        job.lane(),
        job.id(),
        job.version(),
        database.number("select id from token where app_id = ?", job.app()));
  }
}
