package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that the statement for late triggers reads only one trigger of each app and those that it
 * takes, even with a plan made for empty tables. There are 100,000 late triggers in 1,000 apps.
 */
@Tag("slow")
class LateTriggerPlansTest extends StoreTest {
  private static final int APPS = 1_000;
  private static final int OF_APP = 100;
  private static final int AT_ONCE = 500;

  /** Whether any is late, one of each app, and those that are taken, which may be read twice. */
  private static final int MOST = 1 + APPS + 2 * AT_ONCE;

  private static final String EXECUTE = "execute late('{}', 500, '{}', 500)";

  /** Undone with the transaction: nobody else sees any of it, and no version is checked for. */
  private static final String[] LATE = {
    "insert into app (name) select 'app-' || n from generate_series(1, " + APPS + ") n",
    "insert into job (app_id, name, version_id) select id, 'job-' || n, 0"
        + " from app, generate_series(1, "
        + OF_APP
        + ") n",
    "insert into trigger (job_id, next_fire_at, anchor_at)"
        + " select id, now() - interval '1 hour' - id % 7919 * interval '1 second', now() from job",
  };

  @Test
  void readsBoundedNumberOfLateTriggers() {
    StoreDatabase.Client client = database.begin();
    client.update(
        "prepare late as "
            + HotPlansTest.numbered(HotPlansTest.statement("engine.fire.FireStore.LOCK_LATE")));
    triggersRead(client);
    for (String statement : LATE) {
      client.update(statement);
    }

    assertThat(triggersRead(client)).as("by the plan of an empty table").isBetween(APPS, MOST);
    client.update("analyze app, job, trigger");
    assertThat(triggersRead(client)).as("by the plan of a full table").isBetween(APPS, MOST);
  }

  private static int triggersRead(StoreDatabase.Client client) {
    return client.autocommit(
        connection -> {
          try (Statement sql = connection.createStatement()) {
            return triggersRead(
                HotPlansTest.read(sql, "explain (analyze, format json) " + EXECUTE));
          }
        });
  }

  private static int triggersRead(JsonNode node) {
    double rows = 0;
    if (node.path("Relation Name").asText().equals("trigger") && node.has("Index Name")) {
      rows +=
          node.path("Actual Loops").asDouble()
              * (node.path("Actual Rows").asDouble()
                  + node.path("Rows Removed by Filter").asDouble());
    }
    for (JsonNode child : node.path("Plans")) {
      rows += triggersRead(child);
    }
    return (int) Math.ceil(rows);
  }
}
