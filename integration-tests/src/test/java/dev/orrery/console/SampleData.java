package dev.orrery.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Stack;
import dev.orrery.protocol.WorkerOperation.Paths;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An app after some months of use: jobs of many kinds, a day of history, failures, instances that
 * wait for different reasons, long names, tokens, a webhook, and a refused worker.
 */
final class SampleData {
  static final String APP = "shop";

  static final String LONG_NAME =
      "warehouse-export-of-all-regions-and-all-tenants-into-the-cold-archive.2026-with-checksums";

  static final String RUNNING = "video-encode";
  static final String SHARDS = "catalog-import";

  /** A flow with a failed node, and with nodes that were skipped for it. */
  static final String FLOW = "month-close";

  /** A failed part of {@link #SHARDS}. */
  static final String FAILED_PART = "part-of-catalog-import";

  static final String EDITED = "nightly";
  static final String WEBHOOK_URL = "http://127.0.0.1:9/alerts/of-the-team-on-call";
  static final String UNEVEN = "order-mail";

  private static final Duration SOON = Duration.ofSeconds(60);

  /**
   * Copies the last end of a job into the past; the id contains the creation time. The sine varies
   * the rate over the day.
   */
  private static final String COPY_INTO_THE_PAST =
      """
      insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at, ended_at,
        session_id, attempt, state, priority, reported, error, result, run_millis)
      select instance_id_at(at) + n, job_id, job_version_id, at, at, at + late, at + late + took,
        session_id, 1, case when n % ? = 0 then ? else state end, priority, reported,
        case when n % ? = 0 then ? else error end, result, extract(epoch from took) * 1000
      from (
        select h.*, n, date_trunc('second', now())
            - (n + ? * sin(n * 2 * pi() / ?)) * ?::interval as at,
          make_interval(secs => 0.004 + (n * 7919 % 97) / 900.0) as late,
          make_interval(secs => ? * (0.6 + (n * 104729 % 89) / 100.0)) as took
        from (select * from instance_history where job_id = (select id from job where name = ?)
            order by id desc limit 1) h,
          generate_series(1, ?) n
      ) copies
      """;

  private final Stack stack;
  private final Map<String, String> runs = new LinkedHashMap<>();
  private String workerToken;

  private SampleData(Stack stack) {
    this.stack = stack;
  }

  /**
   * Creates and fills the app, and starts its agents. The scheduler of the stack must be running.
   */
  static SampleData fill(Stack stack) {
    SampleData data = new SampleData(stack);
    try {
      stack.api().putApp(APP);
      data.workerToken = stack.api().newToken(APP, "worker");
      data.startAgent("worker-eu-1", 8, "eu-central");
      data.startAgent("worker-eu-2", 4, "eu-central,ssd");
      data.putJobs();
      data.runJobs();
      data.runShards();
      data.runFlow();
      data.putHistory();
      data.putWorkersAndWebhooks();
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
    return data;
  }

  private void startAgent(String name, int capacity, String tags) {
    stack.startAgent(
        "-Dorrery.worker.app=" + APP,
        "-Dorrery.worker.token=" + workerToken,
        "-Dorrery.worker.name=" + name,
        "-Dorrery.worker.capacity=" + capacity,
        "-Dorrery.worker.tags=" + tags);
  }

  String run(String job) {
    return runs.get(job);
  }

  private Api api() {
    return stack.api();
  }

  private void put(String job, String document) {
    api().putJob(APP, job, document);
  }

  private void putJobs() throws IOException {
    put(
        EDITED,
        """
        {"trigger": {"cron": "0 30 2 * * MON-FRI", "zone": "Europe/Berlin"},
         "processor": {"type": "shell", "command": ["echo", "hello"]}, "parameters": {"region": "eu"}}
        """);
    put(
        EDITED,
        """
        {"trigger": {"cron": "0 30 2 * * MON-FRI", "zone": "Europe/Berlin"},
         "processor": {"type": "shell", "command": ["echo", "hello"]},
         "parameters": {"region": "eu", "mode": "full"}, "priority": 7, "timeout": "PT20M"}
        """);
    put(
        "orders-import",
        """
        {"trigger": {"cron": "*/10 * * * *"}, "processor": {"type": "shell",
         "script": "echo 'importing orders'; echo 'done' >&2"}, "retry": {"maxAttempts": 3}}
        """);
    put(
        "ledger-reconcile",
        """
        {"trigger": {"cron": "15 * * * *"}, "processor": {"type": "shell",
         "script": "echo 'ledger 4711 differs by 12.50 EUR' >&2; exit 7"}}
        """);
    put(
        "feed-sync",
        """
        {"trigger": {"every": "PT15M"}, "timeout": "PT1S",
         "processor": {"type": "shell", "script": "echo 'waiting for the feed'; exec sleep 60"}}
        """);
    put(
        "mail-digest",
        """
        {"trigger": {"cron": "0 7 * * *", "zone": "America/New_York"}, "processor": {"type": "noop"}}
        """);
    put(UNEVEN, "{\"processor\": {\"type\": \"noop\"}, \"retry\": {\"maxAttempts\": 5}}");
    put("cache-warm", "{\"trigger\": {\"every\": \"PT5M\"}, \"processor\": {\"type\": \"noop\"}}");
    put(
        "search-reindex",
        "{\"trigger\": {\"cron\": \"0 3 * * SUN\"}, \"processor\": {\"type\": \"noop\"}}");
    api()
        .call(
            "POST",
            "/apps/shop/jobs/search-reindex/pause",
            "{\"note\": \"the index moves to the new cluster, ask Kim before you resume\"}");
    put(
        "thumbnails",
        """
        {"trigger": {"every": "PT1M"}, "enabled": false, "processor": {"type": "noop"}}
        """);
    put(
        "gpu-training",
        """
        {"processor": {"type": "noop"}, "requiredTags": ["gpu", "eu-central"], "priority": 8}
        """);
    put(
        LONG_NAME,
        """
        {"trigger": {"cron": "0 0 1 1,4,7,10 *", "zone": "Asia/Shanghai"}, "processor": {"type": "noop"},
         "parameters": {"destination": "s3://archive-of-the-warehouse/exports/all-regions/all-tenants"}}
        """);
    put(
        SHARDS,
        """
        {"processor": {"type": "shell", "script": "%s"},
         "fanOut": {"type": "shards", "count": 400, "parallelism": 2, "tolerate": "10%%"}}
        """
            .formatted(
                String.join(
                    "\\n",
                    "echo \\\"catalog $ORRERY_PARAM_shardIndex of $ORRERY_PARAM_shardCount\\\"",
                    "if [ $ORRERY_PARAM_shardIndex -ge 60 ]; then exec sleep 600; fi",
                    "if [ $((ORRERY_PARAM_shardIndex % 20)) = 13 ]; then",
                    "  echo 'no such supplier: 4711' >&2; exit 3",
                    "fi")));
    put(
        RUNNING,
        """
        {"concurrency": 3, "processor": {"type": "shell", "script": "%s"},
         "parameters": {"title": "Orbit", "profile": "1080p"}}
        """
            .formatted(
                String.join(
                    "\\n",
                    "echo 'source: 1920x1080, 25 fps, 51840 frames'",
                    "for i in $(seq 1 900); do",
                    "  printf 'frame %6d  \\\\033[32mok\\\\033[0m  %d kbit/s\\\\n' $((i * 25)) $((3800 + i * 37 % 400))",
                    "  if [ $((i % 7)) = 0 ]; then echo \\\"dropped 1 frame at $((i * 25))\\\" >&2; fi",
                    "  if [ $((i % 20)) = 1 ]; then echo \\\"::progress $((20 + i / 20)) encoding\\\"; fi",
                    "  sleep 0.5",
                    "done")));
  }

  private void runJobs() {
    for (String job :
        List.of(
            EDITED,
            "orders-import",
            "ledger-reconcile",
            "feed-sync",
            "mail-digest",
            UNEVEN,
            "cache-warm",
            LONG_NAME)) {
      runs.put(job, api().run(APP, job));
    }
    for (String job : List.of("gpu-training", "gpu-training", RUNNING, RUNNING, RUNNING)) {
      runs.putIfAbsent(job, api().run(APP, job));
    }
    api().runMany(APP, RUNNING, 2);
    api().runMany(APP, "gpu-training", 3);
    for (String job :
        List.of(EDITED, "orders-import", "mail-digest", UNEVEN, "cache-warm", LONG_NAME)) {
      api().awaitState(run(job), "SUCCEEDED", SOON);
    }
    api().awaitState(run("ledger-reconcile"), "FAILED", SOON);
    api().awaitState(run("feed-sync"), "TIMED_OUT", SOON);
    api().awaitState(run(RUNNING), "RUNNING", SOON);
    String canceled = api().run(APP, "gpu-training");
    api().cancel(canceled);
    api().awaitState(canceled, "CANCELED", SOON);
  }

  /** Leaves an instance with failed, ended, running and future parts. */
  private void runShards() {
    String id = api().run(APP, SHARDS);
    runs.put(SHARDS, id);
    Await.until(
        "60 parts have ended and 2 run",
        SOON,
        () ->
            api().instance(id).at("/parts/failed").asInt() == 3
                && api().instance(id).at("/parts/succeeded").asInt() == 57
                && api()
                    .get("/instances/" + id + "/parts?only=active")
                    .toString()
                    .contains("RUNN"));
    JsonNode failed = api().get("/instances/" + id + "/parts?only=failed").get("items");
    runs.put(FAILED_PART, failed.get(0).get("id").asText());
  }

  private void runFlow() {
    put(
        FLOW,
        """
        {"trigger": {"cron": "0 0 4 1 * *"}, "timeout": "PT6H",
         "processor": {"type": "flow", "result": "report", "nodes": [
           {"name": "fetch", "job": "orders-import"},
           {"name": "check", "job": "mail-digest", "needs": ["fetch"]},
           {"name": "bill", "job": "ledger-reconcile", "needs": ["fetch"]},
           {"name": "ship", "job": "cache-warm", "needs": ["check", "bill"]},
           {"name": "alert", "job": "order-mail", "needs": ["bill"], "when": "failed"},
           {"name": "refund", "job": "nightly", "needs": ["check"], "if": {"node": "check", "result": ["partial"]}},
           {"name": "report", "job": "mail-digest", "needs": ["ship", "fetch"], "when": "always"}]}}
        """);
    runs.put(FLOW, api().run(APP, FLOW));
    api().awaitState(run(FLOW), "FAILED", SOON);
  }

  private void putHistory() throws SQLException {
    try (Connection connection = stack.connect()) {
      copy(
          connection,
          "orders-import",
          Duration.ofMinutes(10),
          3.4,
          144,
          29,
          "HTTP 503 of orders.internal");
      copy(
          connection,
          UNEVEN,
          Duration.ofSeconds(170),
          0.6,
          500,
          37,
          "HTTP 421 of smtp.internal: too many connections");
      copy(connection, "cache-warm", Duration.ofMinutes(5), 0.04, 288, 1000, "");
      copy(connection, "ledger-reconcile", Duration.ofHours(1), 8, 6, 1000, "");
      copy(
          connection,
          "feed-sync",
          Duration.ofMinutes(15),
          1,
          20,
          3,
          "connection refused: feed.internal/10.0.3.17:443");
      copy(connection, EDITED, Duration.ofDays(1), 610, 20, 9, "exit code 1: no such region");
      copy(connection, LONG_NAME, Duration.ofHours(5), 4_000, 4, 3, "no space left on device");
    }
    // Another thread moves the counts of the ends to where they are read.
    Await.until(
        "the ends are counted",
        SOON,
        () -> {
          int counted = 0;
          for (JsonNode item :
              api().get("/apps/shop/end-counts?from=" + dayAgo() + "&bucket=PT1H").get("items")) {
            for (JsonNode count : item.get("counts")) {
              counted += count.asInt();
            }
          }
          return counted > 400;
        });
  }

  private static String dayAgo() {
    return java.time.Instant.now()
        .minus(Duration.ofHours(23))
        .truncatedTo(java.time.temporal.ChronoUnit.HOURS)
        .toString();
  }

  /** Every {@code nth} copy fails with the error. */
  private static void copy(
      Connection connection,
      String job,
      Duration every,
      double seconds,
      int times,
      int nth,
      String error)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COPY_INTO_THE_PAST)) {
      int at = 1;
      statement.setInt(at++, nth);
      statement.setInt(at++, 11);
      statement.setInt(at++, nth);
      statement.setString(at++, error);
      statement.setInt(at++, UNEVEN.equals(job) ? times / 9 : 0);
      statement.setInt(at++, times);
      statement.setString(at++, every.toSeconds() + " seconds");
      statement.setDouble(at++, seconds);
      statement.setString(at++, job);
      statement.setInt(at, times);
      statement.executeUpdate();
    }
  }

  private void putWorkersAndWebhooks() throws IOException {
    api().newToken(APP, "operator");
    api().newToken(APP, "viewer");
    offer("akka", "render-7.eu-central.internal", List.of("gpu", "eu-central", "spot"));
    Api.Answer made =
        api()
            .call(
                "PUT",
                "/apps/shop/webhooks/on-call",
                """
                {"url": "%s", "events": ["failed", "recovered"]}
                """
                    .formatted(WEBHOOK_URL));
    System.out.println("webhook: " + made.status() + " " + made.body().get("detail"));
    api()
        .call(
            "PUT",
            "/apps/shop/webhooks/alerts-of-the-warehouse-team-in-all-regions",
            """
            {"url": "http://127.0.0.1:9/alerts/of-all-warehouses", "format": "teams",
             "labels": {"team": "warehouse-and-logistics", "region": "eu-central-1"}}
            """);
    for (String webhook : List.of("on-call", "alerts-of-the-warehouse-team-in-all-regions")) {
      api().call("POST", "/apps/shop/webhooks/" + webhook + "/test", null);
      Await.until(
          "the message to " + webhook + " was not delivered",
          SOON,
          () -> api().get("/apps/shop/webhooks/" + webhook).at("/status/lastError").isTextual());
    }
  }

  /** Offers a worker with another protocol than the scheduler's. */
  private void offer(String protocol, String name, List<String> tags) throws IOException {
    List<String> quoted = new ArrayList<>();
    tags.forEach(tag -> quoted.add('"' + tag + '"'));
    new Api(stack.apiPort(), workerToken)
        .callAt(
            "POST",
            Paths.DISCOVERY,
            """
            {"protocol": "%s", "dialect": "orrery", "minVersion": 1, "maxVersion": 1, "app": "shop",
             "softwareVersion": "0.1.0", "name": "%s", "tags": [%s], "processors": ["shell"], "capacity": 8}
            """
                .formatted(protocol, name, String.join(",", quoted)));
  }
}
