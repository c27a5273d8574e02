package dev.orrery.it.failover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.it.failover.Attempts.Attempt;
import dev.orrery.it.failover.FailoverTrial.Loss;
import dev.orrery.it.failover.SteadyCalls.Acknowledged;
import dev.orrery.it.harness.Postgres;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares acknowledged runs and executed attempts with the database: nothing is lost, doubled or
 * stuck, every attempt received the document of its own app, and the triggers fired exactly once
 * per second.
 */
final class FailoverCheck {
  /** A job of each app that fires each second. */
  static final String TICK = "tick";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ALL_ENDED = Duration.ofSeconds(30);
  private static final int SUCCEEDED = 10;
  private static final int MAX_NAMED = 5;

  private static final String ROWS =
      """
      select i.id, i.state, a.name as app, j.name as job, v.version,
        coalesce(v.document ->> 'parameters', '{}') as parameters, i.parameters ->> 'key' as key
      from (select id, job_id, job_version_id, state, parameters from instance_history
          union all select id, job_id, job_version_id, state, parameters from instance) i
        join job j on j.id = i.job_id join app a on a.id = j.app_id
        join job_version v on v.id = i.job_version_id
      where i.id >= instance_id_at(?)
      """;

  private static final String ACTIVE =
      """
      select count(*) from instance i join job j on j.id = i.job_id where j.name <> 'tick'
      """;

  private static final String NOT_FIRED =
      """
      select count(*) from trigger t join job j on j.id = t.job_id
      where j.name = 'tick' and t.next_fire_at < '%s'
      """;

  private static final String FIRES =
      """
      select a.name || ' ' || extract(epoch from i.fire_time)::bigint as fire, count(*)
      from (select job_id, fire_time, state from instance_history
          union all select job_id, fire_time, state from instance) i
        join job j on j.id = i.job_id join app a on a.id = j.app_id
      where j.name = 'tick' and i.state <> 14 and i.fire_time >= ? and i.fire_time < ?
      group by 1
      """;

  private final Postgres database;
  private final Instant from;
  private final Loss loss;
  private final List<String> lost = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();
  private final List<String> stuck = new ArrayList<>();
  private final List<String> foreign = new ArrayList<>();
  private final List<String> fires = new ArrayList<>();

  /** An instance with the document of its version. */
  private record Row(
      int state, String app, String job, int version, Map<String, String> parameters, String key) {}

  /**
   * @param from earlier instances are ignored
   */
  FailoverCheck(Postgres database, Instant from, Loss loss) {
    this.database = database;
    this.from = from;
    this.loss = loss;
  }

  void compare(Map<String, Acknowledged> acknowledged, List<Attempt> attempts) throws SQLException {
    awaitEnds();
    Map<Long, Row> rows = rows();
    compareAcknowledged(acknowledged, rows);
    compareAttempts(attempts, rows);
    compareFires();
  }

  private void awaitEnds() {
    try {
      Await.until("all have ended", ALL_ENDED, () -> database.count(ACTIVE) == 0);
    } catch (AssertionError e) {
      // Named below, as what is acknowledged and has not ended.
      stuck.add(e.getMessage());
    }
  }

  private void compareAcknowledged(Map<String, Acknowledged> acknowledged, Map<Long, Row> rows) {
    Map<String, Integer> byKey = new HashMap<>();
    rows.values().stream()
        .filter(row -> row.key() != null)
        .forEach(row -> byKey.merge(row.key(), 1, Integer::sum));
    byKey.forEach(
        (key, count) -> {
          if (count > 1) {
            doubled.add("key " + key + " made " + count);
          }
        });
    acknowledged.forEach(
        (key, run) -> {
          Row row = rows.get(run.id());
          if (row == null) {
            if (!loss.has(run.at())) {
              lost.add("key " + key + ": " + run);
            }
          } else if (row.state() != SUCCEEDED) {
            stuck.add("key " + key + ": " + row);
          } else if (!row.app().equals(run.app())
              || !row.job().equals(run.job())
              || !key.equals(row.key())) {
            foreign.add("key " + key + " got " + row);
          }
        });
  }

  private void compareAttempts(List<Attempt> attempts, Map<Long, Row> rows) {
    Map<Long, List<Attempt>> earlier = new HashMap<>();
    long begin = rows.keySet().stream().mapToLong(Long::longValue).min().orElse(0);
    for (Attempt attempt : attempts) {
      if (attempt.instance < begin) {
        continue;
      }
      List<Attempt> before =
          earlier.computeIfAbsent(attempt.instance, instance -> new ArrayList<>());
      if (loss.equals(Loss.NONE) && before.stream().anyMatch(one -> one.endedBefore(attempt))) {
        doubled.add("instance " + attempt.instance + " of " + attempt.job + " ran again");
      }
      before.add(attempt);
      Row row = rows.get(attempt.instance);
      if (row == null) {
        if (!loss.has(attempt.startedAt)) {
          lost.add("instance " + attempt.instance + " of " + attempt.job + ", which ran");
        }
      } else if (!isOf(attempt, row)) {
        foreign.add(
            "the worker of "
                + attempt.app
                + " ran "
                + attempt.job
                + " "
                + attempt.parameters
                + " as an instance of "
                + row);
      }
    }
  }

  /** Checks that the worker belongs to the app, and received the document of the version. */
  private static boolean isOf(Attempt attempt, Row row) {
    Map<String, String> expected = new HashMap<>(row.parameters());
    if (row.key() != null) {
      expected.put(SteadyCalls.KEY, row.key());
    }
    return attempt.app.equals(row.app())
        && attempt.job.equals(row.job())
        && attempt.version == row.version()
        && attempt.parameters.equals(expected);
  }

  private void compareFires() throws SQLException {
    Instant first = from.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Await.until(
        "all triggers have fired", ALL_ENDED, () -> database.count(NOT_FIRED.formatted(end)) == 0);
    Map<String, Integer> seen = new TreeMap<>();
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(FIRES)) {
      statement.setTimestamp(1, Timestamp.from(first));
      statement.setTimestamp(2, Timestamp.from(end));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          seen.put(row.getString(1), row.getInt(2));
        }
      }
    }
    for (String app : FailoverCluster.APPS) {
      for (long second = first.getEpochSecond(); second < end.getEpochSecond(); second++) {
        int count = seen.getOrDefault(app + " " + second, 0);
        if (count != 1) {
          fires.add(app + " fired " + count + " times at " + Instant.ofEpochSecond(second));
        }
      }
    }
  }

  private Map<Long, Row> rows() throws SQLException {
    Map<Long, Row> rows = new HashMap<>();
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(ROWS)) {
      statement.setTimestamp(1, Timestamp.from(from));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          rows.put(
              row.getLong("id"),
              new Row(
                  row.getInt("state"),
                  row.getString("app"),
                  row.getString("job"),
                  row.getInt("version"),
                  map(row.getString("parameters")),
                  row.getString("key")));
        }
      }
    }
    return rows;
  }

  private static Map<String, String> map(String json) {
    try {
      return JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the numbers of lost, doubled and stuck instances. */
  String counts() {
    return lost.size() + "/" + doubled.size() + "/" + stuck.size();
  }

  /** Returns the first violation of each kind. */
  List<String> violations() {
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, List<String>> kind :
        Map.of("lost", lost, "doubled", doubled, "stuck", stuck, "foreign", foreign, "fires", fires)
            .entrySet()) {
      kind.getValue().stream()
          .limit(MAX_NAMED)
          .forEach(one -> all.add(kind.getKey() + " of " + kind.getValue().size() + ": " + one));
    }
    return all;
  }
}
