package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;
import static dev.orrery.it.neighbours.Texts.list;

import dev.orrery.testing.program.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Attacks on the thread that fires triggers, with jobs that are expensive to evaluate or to read.
 */
final class FireAttacks {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String NOOP = "\"processor\":{\"type\":\"noop\"}";

  /** Locks in the service's order, to avoid a deadlock. */
  private static final String SET_NEXT_FIRE =
      """
      with locked as (
        select t.job_id from trigger t join job j on j.id = t.job_id join app on app.id = j.app_id
        where app.name = 'a' and j.deleted_at is null and j.name like '%s'
        order by t.job_id
        for update of t)
      update trigger set next_fire_at = %s where job_id in (select job_id from locked)
      """;

  private FireAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("ManyMissedFires", FireAttacks::missFires).prepared(FireAttacks::makeMissed),
        Attack.of("LargeDocumentsFire", (world, flood) -> fireAgain(world, flood, "large-%"))
            .prepared(FireAttacks::makeLarge));
  }

  /** Creates a trigger for every second of the last two days, and then none for four weeks. */
  private static void makeMissed(NeighboursWorld world) throws Exception {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    String cron =
        "* * * %d,%d * *"
            .formatted(today.minusDays(1).getDayOfMonth(), today.minusDays(2).getDayOfMonth());
    int jobs = world.size(2000, 300);
    for (int from = 0; from < jobs; from += 1000) {
      int first = from;
      String entries =
          list(
              Math.min(1000, jobs - from),
              n ->
                  "{\"name\":\"missed-%d\",%s,\"trigger\":{\"cron\":\"%s\"}}"
                      .formatted(first + n, NOOP, cron));
      require(
          world.api().call("POST", "/apps/a/jobs:apply", "{\"jobs\":[" + entries + "]}").status());
    }
  }

  private static void missFires(NeighboursWorld world, Flood flood) throws SQLException {
    while (!flood.isOver()) {
      setNextFire(world, "missed-%", "now() - interval '2 days'");
      Await.pass(SECOND);
    }
    setNextFire(world, "missed-%", "null");
  }

  private static void setNextFire(NeighboursWorld world, String jobs, String time)
      throws SQLException {
    world.sql(SET_NEXT_FIRE.formatted(jobs, time));
  }

  /** Creates documents near the size limit, more than the heap can hold at once. */
  private static void makeLarge(NeighboursWorld world) throws Exception {
    String headers = list(24, n -> "\"X-Header-" + n + "\":\"" + "h".repeat(8 * KIB - 1) + "\"");
    require(
        world
            .api()
            .call(
                "PUT",
                "/apps/a/jobs/large",
                "{\"processor\":{\"type\":\"http\",\"url\":\"http://example.com/\",\"headers\":{"
                    + headers
                    + "}},\"trigger\":{\"every\":\"P1D\"},\"overlap\":\"skip\"}")
            .status());
    world.sql(
        """
        with large as (select v.*, j.app_id from job j join job_version v on v.id = j.version_id
            join app on app.id = j.app_id where app.name = 'a' and j.name = 'large'),
          copies as (select n, new_instance_id() as version_id
            from generate_series(1, %d) n),
          jobs as (insert into job (app_id, name, version_id)
            select app_id, 'large-' || n, version_id from large, copies
            returning id, version_id),
          versions as (
            insert into job_version (id, job_id, version, document, lane_id, priority, timeout)
            select jobs.version_id, jobs.id, 1, document, lane_id, priority, timeout
            from jobs, (select document, lane_id, priority, timeout from large) one)
        insert into trigger (job_id, anchor_at) select id, now() from jobs
        """
            .formatted(world.size(1500, 300)));
  }

  private static void fireAgain(NeighboursWorld world, Flood flood, String jobs)
      throws SQLException {
    while (!flood.isOver()) {
      setNextFire(world, jobs, "now()");
      Await.pass(SHORT);
    }
    setNextFire(world, jobs, "null");
  }

  private static void require(int status) {
    if (status / 100 != 2) {
      throw new AssertionError("An attack could not be prepared: " + status);
    }
  }
}
