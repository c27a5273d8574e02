package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import dev.orrery.scheduler.database.StateCode;
import dev.orrery.scheduler.instance.InstanceId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The workers of PowerJob, who polls for them, and the numbers of attempts in their messages. */
@ApplicationScoped
class SeatStore {
  /** After this time without a sign of its owner, another replica takes the worker. */
  static final Duration OWNER_LOST_AFTER = Duration.ofSeconds(10);

  /** Returns no row if another replica polls for the worker. */
  private static final String TAKE =
      """
      insert into powerjob_worker as w (app_id, address, session_id, owner, owner_seen_at)
      values (?, ?, ?, ?, statement_timestamp())
      on conflict (app_id, address) do update
        set owner = excluded.owner, owner_seen_at = excluded.owner_seen_at
        where w.owner = excluded.owner
          or w.owner_seen_at < statement_timestamp() - ? * interval '1 second'
      returning session_id
      """;

  private static final String OPENED =
      "update powerjob_worker set session_id = ? where app_id = ? and address = ? and owner = ?";

  /** One statement for all workers of this replica; those of others are not returned. */
  private static final String KEEP =
      """
      update powerjob_worker w set owner_seen_at = statement_timestamp()
      from unnest(?::integer[], ?::text[]) as k(app_id, address)
      where w.app_id = k.app_id and w.address = k.address and w.owner = ?
      returning w.app_id, w.address
      """;

  private static final String RELEASE =
      """
      delete from powerjob_worker w using unnest(?::integer[], ?::text[]) as k(app_id, address)
      where w.app_id = k.app_id and w.address = k.address and w.owner = ?
      """;

  /** Workers that no replica has polled for in an hour are gone. */
  private static final String FORGET =
      """
      delete from powerjob_worker where (app_id, address) in (
        select app_id, address from powerjob_worker
        where owner_seen_at < statement_timestamp() - interval '1 hour' limit ?)
      """;

  /** A number tells its time, as the id of an instance does. */
  private static final String PRUNE_NUMBERS =
      """
      delete from powerjob_attempt where wire_id in (
        select wire_id from powerjob_attempt
        where wire_id < instance_id_at(statement_timestamp() - ? * interval '1 second')
        order by wire_id limit ?)
      """;

  private static final String LIVE =
      "select 1 from worker_session where id = ? and ended_at is null";

  private static final String RUNNING =
      """
      select i.id, i.attempt, coalesce(p.wire_id, i.id) as wire_id, coalesce((
          select max(c.last_sequence) + 1 from log_chunk c where c.instance_id = i.id
            and c.attempt = i.attempt and c.last_sequence < 2147483647), 0) as next_line
      from instance i
      left join powerjob_attempt p on p.instance_id = i.id and p.attempt = i.attempt
      where i.session_id = ? and i.state = :RUNNING
      """
          .transform(StateCode::resolve);

  /** A number that is there already, from before a crash, stays. */
  private static final String NUMBER =
      """
      insert into powerjob_attempt (wire_id, instance_id, attempt)
      select %s, a.id, a.attempt from unnest(?::bigint[], ?::integer[]) as a(id, attempt)
      on conflict (instance_id, attempt) do update set attempt = excluded.attempt
      returning wire_id, instance_id, attempt
      """
          .formatted(InstanceId.NEW);

  /** An attempt belongs to one session for ever, wherever its row is by now. */
  private static final String FIND =
      """
      select r.wire_id, r.id, r.attempt, s.id as session_id, s.app_id, s.worker
      from (
        select w.wire_id, coalesce(p.instance_id, w.wire_id) as id, coalesce(p.attempt, 1) as attempt
        from unnest(?::bigint[]) as w(wire_id)
        left join powerjob_attempt p on p.wire_id = w.wire_id
      ) r
      join worker_session s on s.id = coalesce(
        (select i.session_id from instance i where i.id = r.id and i.attempt = r.attempt),
        (select h.session_id from instance_history h where h.id = r.id and h.attempt = r.attempt),
        (select a.session_id from attempt a where a.instance_id = r.id and a.attempt = r.attempt))
      where s.dialect = 'powerjob'
      """;

  private static final String JOBS =
      "select name, id from job where app_id = ? and name = any(?) and deleted_at is null";

  private final EngineDatabase database;

  SeatStore(EngineDatabase database) {
    this.database = database;
  }

  /** A worker of an app. */
  record Key(int app, String address) {}

  /** An attempt that a session runs. */
  record Running(AttemptRef attempt, long wireId, int nextLine) {}

  /** The attempt of a wire id, with the session that it belongs to. */
  record Found(AttemptRef attempt, UUID session, int app, String worker) {}

  /**
   * Takes a worker for this replica.
   *
   * @param fresh the session that the row gets if there is none yet
   * @return the session of the row; empty if another replica polls for the worker
   */
  Optional<UUID> take(Key worker, UUID owner, UUID fresh) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, TAKE)
                .with(worker.app())
                .withText(worker.address())
                .with(fresh)
                .with(owner)
                .with(OWNER_LOST_AFTER.toSeconds())
                .first(row -> row.getObject("session_id", UUID.class)));
  }

  void opened(Key worker, UUID owner, UUID session) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, OPENED)
                .with(session)
                .with(worker.app())
                .withText(worker.address())
                .with(owner)
                .update());
  }

  /** Returns the workers that are still this replica's. */
  List<Key> keep(Collection<Key> workers, UUID owner) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, KEEP)
                .ints(workers.stream().map(Key::app).toList())
                .texts(workers.stream().map(Key::address).toList())
                .with(owner)
                .list(row -> new Key(row.getInt("app_id"), row.getString("address"))));
  }

  void release(Collection<Key> workers, UUID owner) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, RELEASE)
                .ints(workers.stream().map(Key::app).toList())
                .texts(workers.stream().map(Key::address).toList())
                .with(owner)
                .update());
  }

  /** Deletes workers that no replica has polled for in an hour; blocks. */
  void pruneWorkers() {
    database.deleteInSteps(FORGET);
  }

  /** Deletes the numbers of attempts that are older than the history; blocks. */
  void pruneNumbers(Duration age) {
    database.deleteInSteps(PRUNE_NUMBERS, age.toSeconds());
  }

  boolean isLive(UUID session) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, LIVE).with(session).first(row -> true).orElse(false));
  }

  List<Running> running(UUID session) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, RUNNING)
                .with(session)
                .list(
                    row ->
                        new Running(
                            new AttemptRef(row.getLong("id"), row.getInt("attempt")),
                            row.getLong("wire_id"),
                            row.getInt("next_line"))));
  }

  /** Gives each attempt its number in messages, unless it has one. */
  Map<AttemptRef, Long> number(Collection<AttemptRef> attempts) {
    Map<AttemptRef, Long> numbers = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, NUMBER)
                .bigints(attempts.stream().map(AttemptRef::instance).toList())
                .ints(attempts.stream().map(AttemptRef::attempt).toList())
                .list(
                    row ->
                        numbers.put(
                            new AttemptRef(row.getLong("instance_id"), row.getInt("attempt")),
                            row.getLong("wire_id"))));
    return numbers;
  }

  Map<Long, Found> find(Collection<Long> wireIds) {
    Map<Long, Found> found = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, FIND)
                .bigints(wireIds)
                .list(
                    row ->
                        found.put(
                            row.getLong("wire_id"),
                            new Found(
                                new AttemptRef(row.getLong("id"), row.getInt("attempt")),
                                row.getObject("session_id", UUID.class),
                                row.getInt("app_id"),
                                row.getString("worker")))));
    return found;
  }

  Map<String, Long> jobs(int app, Collection<String> names) {
    Map<String, Long> jobs = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, JOBS)
                .with(app)
                .texts(names)
                .list(row -> jobs.put(row.getString("name"), row.getLong("id"))));
    return jobs;
  }
}
