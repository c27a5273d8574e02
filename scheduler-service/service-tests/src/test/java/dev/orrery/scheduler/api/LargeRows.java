package dev.orrery.scheduler.api;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The largest rows that the limits allow, {@link #ROWS} of each kind: names of 100 characters, and
 * texts of control characters, which take six bytes in JSON. Their app is paused, so none of them
 * runs.
 */
final class LargeRows {
  static final int ROWS = 500;

  /** A name of 100 characters from its beginning. */
  private static final String NAME = "rpad('%s', 100, 'x')";

  /** Of the newest 50 instances the largest ones, which come first in lists. */
  private static final String PARAMETERS =
      "jsonb_build_object('own', repeat(chr(1), case when n > 450 then 65000 else 6500 end))";

  private static final String DOCUMENT =
      """
      {"processor":{"type":"noop"},"trigger":{"every":"PT1H"},
       "parameters":{"job":"%s"},"requiredTags":[%s]}\
      """;

  private final TestApp app = TestApp.create();
  private final List<TestApp> appsOfRefused = new ArrayList<>();
  private final String prefix = "large-" + UUID.randomUUID();
  final String job = name("large");
  final String webhook = name("webhook");

  /** An instance with all that one can have, and whose log is of empty lines. */
  String instance;

  /** An instance whose log is of control characters. */
  String instanceOfControlCharacters;

  /** An instance whose log is of characters with three bytes. */
  String instanceOfEuroSigns;

  String backfill;

  /** An instance of a flow. */
  String flow;

  TestApp app() {
    return app;
  }

  private static String name(String beginning) {
    return beginning + "x".repeat(100 - beginning.length());
  }

  /** Writes all rows. */
  void write() {
    writeApps();
    writeJobs();
    writeTokens();
    writeWebhooks();
    writeEnds();
    writeInstances();
    writeParts();
    writeFlow();
    writeLogs();
    writeSessions();
    refuseWorkers();
  }

  private void writeApps() {
    run(
        """
        insert into app (name, description, paused, paused_at, paused_by_role, pause_note)
        select rpad(? || n, 100, 'x'), repeat(chr(1), 1000), true, now(), 'operator',
          repeat(chr(1), 500)
        from generate_series(1, ?) n
        """,
        prefix,
        ROWS);
    run(
        """
        update app set description = repeat(chr(1), 1000), paused = true, paused_at = now(),
          paused_by_role = 'operator', pause_note = repeat(chr(1), 500)
        where name = ?
        """,
        app.name());
    run(
        "insert into powerjob_app (app_id, name) select id, rpad(name, 200, chr(1)) from app"
            + " where name = ?",
        app.name());
  }

  private void writeJobs() {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      tags.append(i == 0 ? "" : ",").append('"').append(name("tag-" + i)).append('"');
    }
    app.withJob(job, DOCUMENT.formatted("\\u0001".repeat(43_000), tags));
    run(
        """
        with source as (
          select j.app_id, v.* from job j join job_version v on v.id = j.version_id
          where j.name = ? and j.app_id = (select id from app where name = ?)
        ), made as (
          insert into job (app_id, name, version_id, paused, paused_at, paused_by_role, pause_note)
          select app_id, rpad('job-' || n, 100, 'x'), new_instance_id(), true, now(), 'operator',
            repeat(chr(1), 500)
          from source, generate_series(1, ?) n
          returning id, version_id, name
        ), written as (
          insert into job_version (id, job_id, version, document, lane_id, priority)
          select made.version_id, made.id, 1,
            jsonb_set(source.document, '{name}', to_jsonb(made.name)), source.lane_id, source.priority
          from made, source
        )
        insert into trigger (job_id, next_fire_at, anchor_at)
        select id, now() + interval '6 hours', now() from made
        """,
        job,
        app.name(),
        ROWS);
    run(
        "update trigger set next_fire_at = now() + interval '6 hours' where job_id = " + idOfJob(),
        job,
        app.name());
    run(
        """
        insert into job_version (id, job_id, version, document, lane_id, priority, author_role)
        select new_instance_id(), job_id, n, document, lane_id, priority, 'operator'
        from job_version, generate_series(2, ?) n
        where version = 1 and job_id = \
        """
            + idOfJob(),
        ROWS,
        job,
        app.name());
    run(
        """
        insert into backfill (job_id, from_at, until_at, overlap, instances)
        select j.id, now(), now(), 'queue-all', 10000
        from job j, generate_series(1, ?) where j.id = \
        """
            + idOfJob(),
        ROWS,
        job,
        app.name());
    backfill =
        TestDatabase.read(
            "select max(id) from backfill where job_id = " + idOfJob(), job, app.name());
  }

  private static String idOfJob() {
    return "(select j.id from job j join app a on a.id = j.app_id where j.name = ? and a.name = ?)";
  }

  private void writeTokens() {
    run(
        """
        insert into token (app_id, role, hash, name, expires_at)
        select id, 'viewer', sha256((name || n)::bytea), %s, now() - interval '1 day'
        from app, generate_series(1, ?) n where name = ?
        """
            .formatted(NAME.formatted("token")),
        ROWS,
        app.name());
  }

  /** An app has at most 20 webhooks. */
  private void writeWebhooks() {
    run(
        """
        insert into webhook (app_id, name, version, url, events, jobs, threshold, window_millis,
          late_after_millis, enabled, disabled_reason, secret)
        select id, rpad(case when n = 1 then 'webhook' else 'other-' || n end, 100, 'x'), 1,
          rpad('https://example.org/', 2000, 'x'), '{failed,recovered,missed,late}',
          (select array_agg(rpad('job-' || m, 100, 'x')) from generate_series(1, 1000) m),
          100, 2592000000, 2592000000, false, 'the receiver answered 410 Gone', 'secret'
        from app, generate_series(1, 20) n where name = ?
        """,
        app.name());
    run(
        """
        insert into webhook_delivery
          (webhook_id, event, body, state, attempts, next_try_at, ended_at, last_status, last_error)
        select w.id, 'failed', jsonb_build_object('event', 'failed', 'app', a.name,
          'job', rpad('job', 100, 'x'), 'error', repeat(chr(1), 1000))::text, 2, 20, now(), now(),
          500, repeat(chr(1), 1000)
        from webhook w join app a on a.id = w.app_id, generate_series(1, ?)
        where a.name = ? and w.name = ?
        """,
        ROWS,
        app.name(),
        webhook);
  }

  /** The ends that the statistics of 100 jobs read, each with an error of its own. */
  private void writeEnds() {
    run(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at,
          ended_at, attempt, state, priority, reported, error, run_millis)
        select new_instance_id(), j.id, j.version_id, now(), now(), now(), now(), 1, 11, 9, true,
          repeat(chr(1), 180) || n || '-' || j.id || repeat(chr(1), 400), 123456789
        from (select * from job where app_id = (select id from app where name = ?)
          order by name limit 100) j, generate_series(1, 100) n
        """,
        app.name());
    run(
        """
        insert into end_count (app_id, job_id, start_at, minutes, state, lateness, ends)
        select a.id, 0, date_trunc('minute', now()) - n * interval '1 minute', 1, state, late, 1234567890
        from app a, generate_series(0, 400) n, unnest('{10,11,12,13,14}'::integer[]) state,
          generate_series(-1, 60, 20) late
        where a.name = ?
        """,
        app.name());
  }

  private void writeInstances() {
    run(
        """
        insert into instance (id, job_id, job_version_id, lane_id, state, priority, due_at, fire_time,
          parameters)
        select new_instance_id(), j.id, v.id, v.lane_id, 0, 9, now() + interval '1 day',
          now() + n * interval '1 second', %s
        from job j join job_version v on v.id = j.version_id, generate_series(1, ?) n
        where j.id = \
        """
                .formatted(PARAMETERS)
            + idOfJob(),
        ROWS,
        job,
        app.name());
    UUID session = UUID.randomUUID();
    run(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, fire_time, started_at,
          ended_at, session_id, attempt, state, priority, reported, parameters, reason, error, result,
          run_millis)
        select new_instance_id(), j.id, j.version_id, now(), now(), now(), now(), '%s', ?, 11, 9,
          true, %s, 'WORKER_LOST',
          repeat(chr(1), 4096), repeat(chr(1), 16384), 123456789
        from job j, generate_series(1, ?) n where j.id = \
        """
                .formatted(session, PARAMETERS)
            + idOfJob(),
        ROWS + 1,
        ROWS,
        job,
        app.name());
    instance = ended(0);
    instanceOfControlCharacters = ended(1);
    instanceOfEuroSigns = ended(2);
    run(
        """
        insert into attempt
          (instance_id, attempt, state, reported, session_id, started_at, ended_at, error, run_millis)
        select ?, n, 21, true, '%s', now(), now(), repeat(chr(1), 4096), 123456789
        from generate_series(1, ?) n
        """
            .formatted(session),
        Long.valueOf(instance),
        ROWS);
    run(
        "insert into progress values (?, ?, 100, repeat(chr(1), 200), now())",
        Long.valueOf(instance),
        ROWS + 1);
  }

  private void writeParts() {
    run(
        """
        insert into part_history (id, parent_id, part, job_id, job_version_id, due_at, started_at,
          ended_at, session_id, attempt, state, priority, reported, reason, error, run_millis)
        select new_instance_id(), h.id, n, h.job_id, h.job_version_id, now(), now(), now(),
          h.session_id, 1, 11, 9, true, 'WORKER_LOST', repeat(chr(1), 4096), 123456789
        from instance_history h, generate_series(0, ?) n where h.id = ?
        """,
        ROWS,
        Long.valueOf(instance));
  }

  private void writeFlow() {
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      List<String> needs = new ArrayList<>();
      for (int need = Math.max(0, i - 8); need < i; need++) {
        needs.add('"' + name("node-" + need + "-") + '"');
      }
      nodes.add(
          "{\"name\":\"%s\",\"job\":\"%s\",\"needs\":%s}"
              .formatted(name("node-" + i + "-"), job, needs));
    }
    app.withJob("flow", "{\"processor\":{\"type\":\"flow\",\"nodes\":%s}}".formatted(nodes));
    flow = app.run("flow");
    run(
        """
        insert into flow_node (flow_id, name, job, state, result, error)
        select ?, d.node ->> 'name', d.node ->> 'job', 11, repeat(chr(1), 16384),
          repeat(chr(1), 4096)
        from job_version v cross join jsonb_array_elements(v.document -> 'processor' -> 'nodes') d(node)
        where v.id = (select job_version_id from instance where id = ?)
        """,
        Long.valueOf(flow),
        Long.valueOf(flow));
  }

  private String ended(int place) {
    return TestDatabase.read(
        "select id from instance_history where job_id = %s order by id desc limit 1 offset ?"
            .formatted(idOfJob()),
        job,
        app.name(),
        place);
  }

  /** An attempt writes at most 1 MiB, where a line counts its text, its stream and 16. */
  private void writeLogs() {
    writeLog(instance, 15, 9_500, "''", 22);
    writeLog(instanceOfControlCharacters, 24, 8, "repeat(chr(1), 16384)", 16_406);
    writeLog(instanceOfEuroSigns, 24, 8, "repeat(chr(8364), 16384)", 16_406);
  }

  private void writeLog(String id, int chunks, int lines, String text, int weight) {
    run(
        """
        with lines as materialized (
          select jsonb_agg(jsonb_build_object('at', 1800000000000, 'stream', 'stdout', 'text', %s))
            as lines
          from generate_series(1, ?)
        )
        insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
        select ?, 1 + n / 5, (n %% 5) * c.lines, (n %% 5 + 1) * c.lines - 1, c.lines * ?, lines.lines
        from lines, (select ?::integer as lines) c, generate_series(0, ?) n
        """
            .formatted(text),
        lines,
        Long.valueOf(id),
        weight,
        lines,
        chunks - 1);
  }

  private void writeSessions() {
    run(
        """
        with lists as materialized (
          select array_agg(rpad('tag-' || n, 100, 'x')) as tags,
            array_agg(rpad('java:' || n, 200, 'x')) as processors
          from generate_series(1, 200) n
        )
        insert into worker_session (id, app_id, worker, software_version, protocol, dialect,
          api_version, tags, processors, capacity, lease_until)
        select gen_random_uuid(), a.id, rpad('worker-' || n, 100, 'x'), repeat(chr(8364), 100), 'http',
          'orrery', 1, lists.tags, lists.processors, 500, now() + interval '1 day'
        from app a, lists, generate_series(1, ?) n where a.name = ?
        """,
        ROWS,
        app.name());
  }

  /** A replica lists up to 20 refused workers of an app, and 100 of all apps. */
  private void refuseWorkers() {
    for (int i = 0; i < 5; i++) {
      TestApp refused = TestApp.create();
      appsOfRefused.add(refused);
      for (int n = 0; n < 20; n++) {
        refuse(new TestClient(refused.token(TokenRole.WORKER)), name("worker-" + n));
      }
    }
  }

  private static void refuse(TestClient client, String worker) {
    WorkerOffer offer =
        new WorkerOffer(
            "http",
            "orrery",
            1,
            1,
            "€".repeat(100),
            name("other"),
            worker,
            List.of(),
            List.of("noop"),
            1);
    try {
      client.ask(WorkerOperation.HANDSHAKE, offer);
      throw new AssertionError("A worker of another app was not refused");
    } catch (TestClient.RefusedException refusal) {
      // It is in the list now.
    }
  }

  /** Removes all rows, so that lists over all apps are as before. */
  void remove() {
    String ids = "(select id from app where name = ?)";
    String jobs = "(select id from job where app_id = " + ids + ")";
    String instances = "(select id from instance_history where job_id in " + jobs + ")";
    run("delete from part_history where parent_id in " + instances, app.name());
    run("delete from flow_node where flow_id = ?", Long.valueOf(flow));
    for (String table : List.of("attempt", "log_chunk", "progress")) {
      run("delete from " + table + " where instance_id in " + instances, app.name());
    }
    for (String table : List.of("instance", "instance_history", "trigger", "backfill")) {
      run("delete from " + table + " where job_id in " + jobs, app.name());
    }
    for (String table : List.of("worker_session", "webhook", "end_count", "token")) {
      run("delete from " + table + " where app_id = " + ids, app.name());
    }
    run("delete from job_concurrency where job_id in " + jobs, app.name());
    run("delete from job_recheck where job_id in " + jobs, app.name());
    // The rows of versions stay: without the newest ones the database would have gone back in time.
    run("update job set deleted_at = now(), paused = false where app_id = " + ids, app.name());
    run(
        "update job_version set document = document || '{\"parameters\": {}}' where job_id in "
            + jobs,
        app.name());
    run("delete from app where name like ? || '%'", prefix);
  }

  private static void run(String statement, Object... parameters) {
    TestDatabase.update(statement, parameters);
  }
}
