package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checks that statements for live sessions do not read ended sessions, which are kept for a month.
 * {@link HotPlansTest} does not check them, because live sessions have no bound to look up.
 */
@Tag("slow")
class LiveSessionPlansTest extends StoreTest {
  private static final int ENDED = 20_000;

  private StoredJob job;

  @BeforeEach
  void createJob() {
    job = database.job();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "engine.fire.DueWorkStore.QUERY | '{}', '{}', false, '', 0",
        "engine.worker.SessionEndStore.LOCK_EXPIRED | 20",
        "engine.worker.WorkerStore.PAGE | null, '', 10",
        "engine.worker.WorkerStore.JOINED | '{worker}'",
        "engine.agreement.MainProtocolStore.REQUIRED | 1000, '', 'protocols.main'",
        "engine.agreement.MainProtocolStore.SESSIONS |",
        "extras.statistics.BacklogStore.QUERY | ''",
        "model.instance.WaitingReasonStore.MATCHING_WORKERS | '{LANE}', '{LANE}'"
      },
      quoteCharacter = '"')
  void skipsEndedSessionsWhenReadingLiveSessions(String name, String values) {
    database.update("insert into setting (name, value) values ('protocols.main', 'http')");
    StoreDatabase.Client client = database.hot();
    client.update("prepare looked_at as " + HotPlansTest.numbered(HotPlansTest.statement(name)));
    String execute =
        values == null
            ? "execute looked_at"
            : "execute looked_at(" + values.replace("LANE", "" + job.lane()) + ")";
    rowsRead(client, execute);
    fill();

    assertThat(rowsRead(client, execute)).as("by the plan of an empty table").isLessThan(100);
    database.update("analyze worker_session");
    assertThat(rowsRead(client, execute)).as("by the plan of a full table").isLessThan(100);
  }

  private void fill() {
    database.update(
        """
        insert into worker_session (id, app_id, worker, software_version, protocol, dialect,
          api_version, tags, processors, capacity, lease_until, ended_at, end_reason)
        select gen_random_uuid(), ?, 'worker', 'test', 'http', 'orrery', 1, '{}', '{noop}', 20,
          now() - interval '1 day', now() - interval '1 day', 'BYE'
        from generate_series(1, ?)
        """,
        job.app(),
        ENDED);
    for (int live = 0; live < 3; live++) {
      database.session(job);
    }
  }

  private static long rowsRead(StoreDatabase.Client client, String execute) {
    return client.autocommit(
        connection -> {
          try (Statement sql = connection.createStatement()) {
            return rowsOfSessions(
                HotPlansTest.read(sql, "explain (analyze, format json) " + execute));
          }
        });
  }

  private static long rowsOfSessions(JsonNode node) {
    long rows = 0;
    if (node.path("Relation Name").asText().equals("worker_session") && node.has("Index Name")) {
      rows +=
          node.path("Actual Loops").asLong()
              * (node.path("Actual Rows").asLong() + node.path("Rows Removed by Filter").asLong());
    }
    for (JsonNode child : node.path("Plans")) {
      rows += rowsOfSessions(child);
    }
    return rows;
  }
}
