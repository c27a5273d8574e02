package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/**
 * Searches by parameter and by label among millions of ended runs. Each call is short, and reports
 * how far back it searched.
 */
@AtNight
class SearchIT {
  private static final long RUNS = Long.getLong("orrery.search.runs", 10_000_000);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** More jobs than a list probes at once. */
  private static final int JOBS = 200;

  /** The rows that a call examines, with and without parameters. */
  private static final int EXAMINED = 10_000;

  private static final int EXAMINED_TEXTS = 4_000;

  private final Stack stack = new Stack("search");
  private Postgres database;
  private Duration slowest = Duration.ZERO;
  private int calls;

  /** A page of a search, and where it went on. */
  private record Call(JsonNode page, Duration time) {
    List<String> values(String name) {
      return page.findValuesAsText(name);
    }

    List<String> ids() {
      List<String> ids = new ArrayList<>();
      page.get("items").forEach(item -> ids.add(item.get("id").asText()));
      return ids;
    }

    boolean hasNext() {
      return page.hasNonNull("next");
    }
  }

  private Call call(String query) {
    return timed(() -> stack.api().get("/apps/" + Stack.APP + "/instances?" + query));
  }

  private Call timed(Callable<JsonNode> what) {
    long start = System.nanoTime();
    try {
      Call call = new Call(what.call(), Duration.ofNanos(System.nanoTime() - start));
      slowest = slowest.compareTo(call.time()) < 0 ? call.time() : slowest;
      calls++;
      return call;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void searchesMillionsOfRunsInShortCalls() throws Exception {
    try (stack;
        Postgres server = Postgres.start(stack.directory())) {
      database = server;
      stack.startSchedulerOn(database);
      createJobs();
      fill();
      call("limit=1");
      slowest = Duration.ZERO;

      findsNewestRunByItsParameter();
      findsRareRunOfOneJob();
      tellsHowFarBackItSearchedForOldRun();
      listsRunsOfLabelledJobs();
      findsFewOldRunsByRareLabel();
      listsRunsOfManyLabelledJobs();
      combinesLabelAndParameter();
      countsForBulkCallByLabel();

      System.out.printf(
          "SearchIT: runs=%,d calls=%d slowest=%d ms%n", RUNS, calls, slowest.toMillis());
      assertThat(slowest).isLessThan(LONGEST);
    }
  }

  /**
   * Most jobs have the label size:many, 20 team:billing, and one, whose runs are old, kind:rare.
   */
  private void createJobs() {
    for (int job = 0; job < JOBS; job++) {
      List<String> labels = new ArrayList<>();
      if (job < 150) {
        labels.add("\"size\":\"many\"");
      }
      if (job < 20) {
        labels.add("\"team\":\"billing\"");
      }
      stack
          .api()
          .putJob(
              Stack.APP,
              "job-" + job,
              "{\"processor\":{\"type\":\"noop\"},\"labels\":{" + String.join(",", labels) + "}}");
    }
    stack
        .api()
        .putJob(
            Stack.APP,
            "rare",
            "{\"processor\":{\"type\":\"noop\"},\"labels\":{\"kind\":\"rare\"}}");
  }

  /** In the last 20 hours, ids in the order of creation; without the triggers, which take long. */
  private void fill() throws SQLException {
    long start = System.nanoTime();
    database.execute(
        """
        set session_replication_role = replica;
        set synchronous_commit = off;
        with jobs as materialized (
          select array_agg(j.id order by j.id) as ids, array_agg(j.version_id order by j.id) as versions
          from job j where j.name like 'job-%%'
        ), rare as materialized (select id, version_id from job where name = 'rare')
        insert into instance_history (id, job_id, job_version_id, due_at, started_at, ended_at,
          run_millis, attempt, state, priority, reported, parameters)
        select instance_id_at(made.at) | (n %% 4096),
          case when n in (5, 6, 7) then rare.id else jobs.ids[1 + n %% %1$d] end,
          case when n in (5, 6, 7) then rare.version_id else jobs.versions[1 + n %% %1$d] end,
          made.at, made.at, made.at + interval '1 second', 900, 1, case when n %% 50 = 0 then 11 else 10 end,
          5, true, jsonb_build_object('orderId', n::text, 'region', case n %% 3 when 0 then 'eu' else 'us' end)
        from generate_series(1, %2$d) n
        cross join jobs cross join rare
        cross join lateral (
          select statement_timestamp() - interval '20 hours' * ((%2$d - n)::float8 / %2$d)
            - interval '10 seconds' as at) made
        """
            .formatted(JOBS, RUNS));
    // As the triggers would have counted them.
    database.execute(
        """
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        select j.app_id, 0, date_trunc('minute', h.ended_at), 1, h.state, 0, count(*)
        from instance_history h join job j on j.id = h.job_id
        group by 1, 3, 5
        """);
    database.execute("vacuum analyze instance_history");
    database.execute("analyze");
    System.out.printf(
        "SearchIT: filled %,d runs in %d s%n",
        RUNS, Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private void findsNewestRunByItsParameter() {
    Call newest = call("parameter=orderId:" + (RUNS - 5));

    assertThat(newest.page().get("items")).hasSize(1);
    report("parameter of a new run", newest);
  }

  private void findsRareRunOfOneJob() throws SQLException {
    Call found = call("job=rare&parameter=orderId:6");

    assertThat(found.values("orderId")).containsExactly("6");
    assertThat(found.hasNext()).isFalse();
    report("parameter of an old run, with its job", found);
  }

  /** Each call examines so many rows, and none that is newer than it says is left out. */
  private void tellsHowFarBackItSearchedForOldRun() throws SQLException {
    long wanted = RUNS - 30_000;
    String after = "";
    Instant before = Instant.MAX;
    int pages = 0;
    Call page;
    do {
      page = call("parameter=orderId:" + wanted + after);
      pages++;
      if (page.page().get("items").isEmpty()) {
        Instant examined = Instant.parse(page.page().get("examinedFrom").asText());
        assertThat(examined).isBefore(before);
        assertThat(examinedSince(examined, before))
            .as("rows between two cursors")
            .isBetween(1L, 2L * EXAMINED);
        assertThat(createdAt(wanted)).as("not skipped").isBeforeOrEqualTo(examined);
        before = examined;
      }
      after = page.hasNext() ? "&after=" + page.page().get("next").asText() : null;
    } while (page.page().get("items").isEmpty() && after != null);

    assertThat(page.values("orderId")).containsExactly(Long.toString(wanted));
    assertThat(pages).isLessThanOrEqualTo(2 * 30_000 / EXAMINED_TEXTS);
    System.out.printf("SearchIT: 30,000 runs back in %d calls%n", pages);
  }

  private long examinedSince(Instant from, Instant until) throws SQLException {
    return database.count(
        "select count(*) from instance_history where id >= instance_id_at('"
            + from
            + "')"
            + (until.equals(Instant.MAX) ? "" : " and id < instance_id_at('" + until + "')"));
  }

  private Instant createdAt(long order) throws SQLException {
    return Instant.ofEpochMilli(
        database.count(
            "select (date_part('epoch', due_at) * 1000)::bigint from instance_history where id >="
                + " (select max(id) from instance_history) - (instance_id_at(now()) - instance_id_at(now()"
                + " - interval '1 hour')) and parameters ->> 'orderId' = '"
                + order
                + "'"));
  }

  private void listsRunsOfLabelledJobs() throws SQLException {
    Call page = call("label=team:billing&limit=500");

    assertThat(page.ids()).isEqualTo(newest("team", "billing", 500));
    report("label of 20 jobs, 500 runs", page);
  }

  private void findsFewOldRunsByRareLabel() {
    Call page = call("label=kind:rare");

    assertThat(page.ids()).hasSize(3);
    assertThat(page.hasNext()).isFalse();
    report("label of one job, whose runs are the oldest", page);
  }

  private void listsRunsOfManyLabelledJobs() throws SQLException {
    Call page = call("label=size:many&limit=500");

    assertThat(page.ids()).isNotEmpty();
    assertThat(page.ids()).isEqualTo(newest("size", "many", page.ids().size()));
    report("label of 150 jobs, 500 runs", page);
    Call failed = call("label=size:many&state=FAILED&limit=500");
    assertThat(failed.values("state")).isNotEmpty().containsOnly("FAILED");
    report("failures of 150 jobs", failed);
  }

  private void combinesLabelAndParameter() {
    Call page = call("label=team:billing&parameter=region:eu&limit=500");

    assertThat(page.values("region")).isNotEmpty().containsOnly("eu");
    report("label and parameter", page);
    Call none = call("label=team:billing&parameter=orderId:" + encoded("no such order"));
    assertThat(none.page().get("items")).isEmpty();
    assertThat(none.page().hasNonNull("examinedFrom")).isTrue();
    report("label and a parameter that no run has", none);
  }

  private void countsForBulkCallByLabel() {
    Call count =
        timed(
            () ->
                stack
                    .api()
                    .call(
                        "POST",
                        "/apps/" + Stack.APP + "/instances:retry?dryRun=true",
                        "{\"labels\":{\"kind\":\"rare\"},\"states\":[\"SUCCEEDED\"]}")
                    .body());

    assertThat(count.page().get("matched").asInt()).isEqualTo(3);
    System.out.printf("SearchIT: bulk count by label: %d ms%n", count.time().toMillis());
  }

  private List<String> newest(String label, String value, int limit) throws SQLException {
    return database.texts(
        """
        select h.id::text from instance_history h
        where h.job_id in (select job_id from job_label where name = '%s' and value = '%s')
          and h.id >= (select max(id) from instance_history)
            - (instance_id_at(now()) - instance_id_at(now() - interval '1 hour'))
        order by h.id desc limit %d
        """
            .formatted(label, value, limit));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void report(String what, Call call) {
    System.out.printf(
        "SearchIT: %s: %d ms, %d runs, examinedFrom %s%n",
        what,
        call.time().toMillis(),
        call.page().get("items").size(),
        call.page().path("examinedFrom").asText("-"));
  }
}
