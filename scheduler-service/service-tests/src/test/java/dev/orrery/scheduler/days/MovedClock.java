package dev.orrery.scheduler.days;

import dev.orrery.scheduler.base.database.TestServer;
import dev.orrery.scheduler.base.embedded.EmbeddedServer;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flywaydb.core.Flyway;

/**
 * A database whose clock stands still until the test moves it, so that the model knows each time to
 * the microsecond. Its functions are found before those of the server.
 */
public final class MovedClock implements QuarkusTestResourceLifecycleManager {
  private static final String NAME = "moved_clock";

  private static final String[] CREATE = {
    "create schema clock",
    "create table clock.hand (at timestamptz not null)",
    "insert into clock.hand values (date_trunc('second', now()))",
    """
    create function clock.statement_timestamp() returns timestamptz language plpgsql stable parallel safe
    as $$ begin return (select at from clock.hand); end $$
    """,
    """
    create function clock.now() returns timestamptz language plpgsql stable parallel safe
    as $$ begin return (select at from clock.hand); end $$
    """,
    """
    create or replace function new_instance_id() returns bigint language sql volatile
    return instance_id_at(clock.statement_timestamp()) | nextval('instance_number')
    """,
    """
    do $$ declare d record; begin
      for d in select adrelid::regclass as of, attname as name from pg_attrdef
        join pg_attribute on attrelid = adrelid and attnum = adnum
        where pg_get_expr(adbin, adrelid) in ('now()', 'statement_timestamp()') loop
        execute format('alter table %s alter %I set default clock.statement_timestamp()', d.of, d.name);
      end loop; end $$
    """,
    // A renewal that was on its way while the hand moved would end the lease, or give a silent
    // worker another one.
    """
    create function clock.keep_lease() returns trigger language plpgsql as $$ begin
      if new.lease_until between old.lease_until - interval '100 days' and old.lease_until
          or old.lease_until < now() - interval '100 days' then
        new.lease_until := old.lease_until;
      end if;
      return new;
    end $$
    """,
    """
    create trigger keep_lease before update on worker_session
    for each row execute function clock.keep_lease()
    """,
    // A sequence, as it keeps its value when the transaction that meets it fails.
    "create sequence clock.commits minvalue -1",
    "select setval('clock.commits', 0)",
    """
    create function clock.meet_fault() returns trigger language plpgsql as $$ begin
      if nextval('clock.commits') < 0 then
        raise exception 'the test lets this commit fail' using errcode = 'serialization_failure';
      end if;
      return null;
    end $$
    """,
    """
    create constraint trigger meet_fault after insert or update or delete on instance
    deferrable initially deferred for each row execute function clock.meet_fault()
    """,
    """
    create constraint trigger meet_fault after insert or update on job
    deferrable initially deferred for each row execute function clock.meet_fault()
    """,
    "alter database " + NAME + " set search_path = clock, pg_catalog, public",
  };

  /** Starts the service on it. */
  public static final class Profile implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(MovedClock.class));
    }

    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(LossyHints.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "orrery.session.lease",
          "3s",
          "orrery.session.renew-interval",
          "1s",
          "orrery.cancel.grace-period",
          Day.CANCEL_GRACE.toSeconds() + "s",
          "orrery.retention.history-per-job",
          Integer.toString(Day.HISTORY_PER_JOB));
    }
  }

  private EmbeddedServer server;

  @Override
  public Map<String, String> start() {
    // Not that of other tests of the JVM: it belongs to another class loader.
    server = TestServer.start("moved-clock");
    String url = server.url().replaceFirst("/[^/?]*($|\\?)", "/" + NAME + "$1");
    try (Connection connection = connect(server.url());
        Statement statement = connection.createStatement()) {
      statement.execute("drop database if exists " + NAME + " with (force)");
      statement.execute("create database " + NAME);
      Flyway.configure().dataSource(url, server.user(), server.password()).load().migrate();
      try (Connection own = connect(url);
          Statement create = own.createStatement()) {
        for (String sql : CREATE) {
          create.execute(sql);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Map.of(
        "quarkus.datasource.jdbc.url",
        url,
        "quarkus.flyway.default-schema",
        "public",
        "quarkus.datasource.username",
        server.user(),
        "quarkus.datasource.password",
        server.password(),
        "orrery.security.admin-token",
        "a-token-of-the-tests-with-a-moved-clock");
  }

  private Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, server.user(), server.password());
  }

  @Override
  public void stop() {
    if (server != null) {
      TestServer.stop(server);
    }
  }

  static Instant now() {
    return Instant.parse(
        TestDatabase.read(
            "select to_char(at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from"
                + " clock.hand"));
  }

  /** Ends the lease of a session, as if its worker had been silent. */
  static void expire(String session) {
    TestDatabase.update(
        "update worker_session set lease_until = lease_until - interval '1000 days' where id ="
            + " ?::uuid",
        session);
  }

  /**
   * Has jobs looked at that would be within this time: one that may catch up after an outage is
   * looked at again every ten seconds.
   */
  static void lookAgain(Duration soon) {
    TestDatabase.update(
        """
        update job_watch set success_check_at = at from clock.hand
        where success_check_at between at and at + ? * interval '1 second'
        """,
        soon.toSeconds());
  }

  /** Lets the next transaction that changes a run or a job fail at its commit, once. */
  static void failCommit(boolean fail) {
    TestDatabase.read("select setval('clock.commits', ?, ?)", fail ? -1 : 0, !fail);
  }

  static void forgetOutages() {
    TestDatabase.update(
        "update watch_gap set looked_at = (select at from clock.hand), from_at = '-infinity',"
            + " until_at = '-infinity'");
  }

  /**
   * Moves the hand.
   *
   * @param served whether workers renewed their leases and the scheduler looked in the meantime
   */
  static void move(Duration by, boolean served) {
    TestDatabase.update(
        """
        with moved as (
          update clock.hand set at = at + ? * interval '1 microsecond'
        ), renewed as (
          update worker_session set lease_until = lease_until + ? * interval '1 microsecond'
          where ended_at is null
        )
        update watch_gap set looked_at = looked_at + ? * interval '1 microsecond' where ?
        """,
        by.toNanos() / 1000,
        by.toNanos() / 1000,
        by.toNanos() / 1000,
        served);
  }
}
