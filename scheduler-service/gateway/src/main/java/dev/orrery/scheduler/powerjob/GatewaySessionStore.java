package dev.orrery.scheduler.powerjob;

import dev.orrery.powerjob.WorkerAddress;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.powerjob.WorkerDirectory.LiveWorker;
import dev.orrery.scheduler.powerjob.app.OpenedApp;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Reads and writes PowerJob workers and their owners, and finds the attempts that their messages
 * name.
 */
@ApplicationScoped
class GatewaySessionStore {
  /**
   * Takes workers without a live owner, and writes the heartbeats of the others for their owners.
   */
  private static final String HEARD =
      """
      insert into powerjob_worker as w
        (app_id, address, offer, protocol, tag, overload, idle, session_id, owner, owner_seen_at,
          heartbeat_at)
      select k.*, ?::uuid, ?::uuid, statement_timestamp(), statement_timestamp()
      from unnest(?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[],
        ?::boolean[]) as k(app_id, address, offer, protocol, tag, overload, idle)
      order by k.app_id, k.address, k.offer
      on conflict (app_id, address, offer) do update set
        protocol = excluded.protocol,
        tag = excluded.tag,
        heartbeat_at = excluded.heartbeat_at,
        overload = excluded.overload,
        idle = excluded.idle,
        owner = case when w.owner_seen_at < statement_timestamp() - ? * interval '1 second'
          then excluded.owner else w.owner end,
        owner_seen_at = case when w.owner_seen_at < statement_timestamp() - ? * interval '1 second'
          then excluded.owner_seen_at else w.owner_seen_at end
      returning app_id, address, offer, session_id, owner
      """;

  /** Takes workers of owners that are gone, whose sessions live. */
  private static final String ADOPT =
      """
      with abandoned as (
        select w.app_id, w.address, w.offer, a.name as app, s.capacity, s.tags
        from powerjob_worker w
        join worker_session s on s.id = w.session_id and s.ended_at is null
        join app a on a.id = w.app_id and a.deleted_at is null
        where w.owner_seen_at < statement_timestamp() - ? * interval '1 second'
          and (w.protocol = any(?) or w.address = any(?))
        limit ?
        for update of w skip locked
      )
      update powerjob_worker w set owner = ?, owner_seen_at = statement_timestamp()
      from abandoned o
      where w.app_id = o.app_id and w.address = o.address and w.offer = o.offer
      returning w.app_id, w.address, w.offer, w.protocol, w.session_id, o.app, o.capacity, o.tags
      """;

  /** Another replica may poll in the session with a former offer of a worker. */
  private static final String HEARD_FORMER =
      """
      update powerjob_worker w
      set heartbeat_at = statement_timestamp(), tag = k.tag, overload = k.overload, idle = k.idle
      from unnest(?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[],
        ?::boolean[]) as k(app_id, address, offer, protocol, tag, overload, idle)
      where w.app_id = k.app_id and w.address = k.address and w.offer <> k.offer
        and starts_with(w.offer, '%1$s') = starts_with(k.offer, '%1$s')
        and w.owner_seen_at >= statement_timestamp() - ? * interval '1 second'
      """
          .formatted(TrackerKind.HEAVY.processor());

  /** The heartbeats of workers for which this replica has no place. */
  private static final String HEARD_FULL =
      """
      update powerjob_worker w
      set heartbeat_at = statement_timestamp(), overload = k.overload, idle = k.idle
      from unnest(?::integer[], ?::text[], ?::text[], ?::text[], ?::text[], ?::boolean[],
        ?::boolean[]) as k(app_id, address, offer, protocol, tag, overload, idle)
      where w.app_id = k.app_id and w.address = k.address and w.offer = k.offer
        and w.owner_seen_at >= statement_timestamp() - ? * interval '1 second'
      returning w.app_id, w.address, w.offer, w.session_id, w.owner
      """;

  /** The list of sent attempts was of the session before. */
  private static final String OPENED =
      """
      update powerjob_worker set session_id = ?, sent = null
      where app_id = ? and address = ? and offer = ? and owner = ?
      """;

  /**
   * One statement for all workers of this replica; those of others are not returned. Tells of the
   * heartbeats that others received.
   */
  private static final String KEEP =
      """
      update powerjob_worker w set owner_seen_at = statement_timestamp()
      from unnest(?::integer[], ?::text[], ?::text[]) as k(app_id, address, offer)
      where w.app_id = k.app_id and w.address = k.address and w.offer = k.offer
        and w.owner = ?
      returning w.app_id, w.address, w.offer, w.tag, w.overload, w.idle,
        (extract(epoch from statement_timestamp() - w.heartbeat_at) * 1000)::bigint as silent_millis
      """;

  /**
   * Anyone may take them at once. The session stays: the next owner adopts it, and learns which of
   * its attempts were never sent.
   */
  private static final String RELEASE =
      """
      update powerjob_worker w
      set owner_seen_at = '-infinity', sent = k.sent::bigint[]
      from unnest(?::integer[], ?::text[], ?::text[], ?::text[])
        as k(app_id, address, offer, sent)
      where w.app_id = k.app_id and w.address = k.address and w.offer = k.offer
        and w.owner = ?
      """;

  /** What the new owner sends is not in the list, so the list goes before it sends anything. */
  private static final String TAKE_SENT =
      """
      update powerjob_worker w set sent = null
      from (
        select app_id, address, offer, sent from powerjob_worker
        where app_id = ? and address = ? and offer = ?
        for update
      ) before
      where w.app_id = before.app_id and w.address = before.address
        and w.offer = before.offer and w.owner = ?
        and before.sent is not null
      returning before.sent
      """;

  /** Workers that no replica has polled for in an hour are gone. */
  private static final String FORGET =
      """
      delete from powerjob_worker where (app_id, address, offer) in (
        select w.app_id, w.address, w.offer from powerjob_worker w
        where w.owner_seen_at < statement_timestamp() - interval '1 hour'
          and not exists (select from worker_session s
            where s.id = w.session_id and s.ended_at is null)
        limit ?)
      """;

  private static final String LIVE_WORKERS =
      """
      select distinct on (w.app_id, w.address) w.app_id, w.address, w.protocol, w.tag
      from powerjob_worker w
      join worker_session s on s.id = w.session_id and s.ended_at is null
      where w.app_id = any(?) and s.lease_until > statement_timestamp()
      order by w.app_id, w.address, s.created_at desc limit ?
      """;

  /** Of all replicas; those of one replica have at most a fifth. */
  private static final int MAX_LIVE_WORKERS = 5 * PowerJobLimits.MAX_SESSIONS;

  private static final String LANE_TAGS =
      """
      select l.tags from job j
      join job_version v on v.id = j.version_id
      join lane l on l.id = coalesce(v.part_lane_id, v.lane_id)
      where j.app_id = ? and j.id = %s and j.deleted_at is null
      """
          .formatted(JobNumberStore.JOB_ID);

  private static final String LIVE =
      "select 1 from worker_session where id = ? and ended_at is null";

  private static final String RUNNING =
      """
      select i.id, i.attempt,
        (extract(epoch from statement_timestamp() - i.started_at) * 1000)::bigint as age_millis,
        (extract(epoch from statement_timestamp() - i.cancel_requested_at) * 1000)::bigint
          as canceled_millis,
        (select extract(epoch from v.timeout) * 1000 from job_version v
          where v.id = i.job_version_id)::bigint as timeout_millis,
        i.attempt = 1 or exists (select from powerjob_attempt p
          where p.instance_id = i.id and p.attempt = i.attempt) as announced
      from instance i
      where i.session_id = ? and i.state = :RUNNING
      """
          .transform(StateCode::resolve);

  /** An attempt belongs to one session for ever, wherever its row is by now. */
  private static final String FIND =
      """
      select r.wire_id, r.id, r.attempt, s.id as session_id, s.app_id, a.name as app, s.worker,
        s.protocol,
        '%s' = any(s.processors) as heavy,
        coalesce(i.state = :RUNNING and i.session_id = s.id, false) as running,
        (extract(epoch from statement_timestamp() - i.cancel_requested_at) * 1000)::bigint
          as canceled_millis,
        (select extract(epoch from v.timeout) * 1000 from job_version v
          where v.id = i.job_version_id)::bigint as timeout_millis
      from (
        select w.wire_id, coalesce(p.instance_id, w.first) as id, coalesce(p.attempt, 1) as attempt
        from unnest(?::bigint[], ?::bigint[]) as w(wire_id, first)
        left join powerjob_attempt p on p.wire_id = w.wire_id
      ) r
      left join instance i on i.id = r.id and i.attempt = r.attempt
      cross join lateral (
        select s.id, s.app_id, s.worker, s.protocol, s.processors from worker_session s
        where s.dialect = 'powerjob' and s.id = coalesce(
          i.session_id,
          (select h.session_id from instance_history h where h.id = r.id and h.attempt = r.attempt),
          (select a.session_id from attempt a where a.instance_id = r.id and a.attempt = r.attempt))
        limit 1
      ) s cross join lateral (
        select a.name from app a where a.id = s.app_id and a.deleted_at is null limit 1
      ) a
      """
          .formatted(TrackerKind.HEAVY.processor())
          .transform(StateCode::resolve);

  /** A worker has at most 1,000 runs of 20 digits. */
  private static final int RELEASE_BATCH_SIZE = 200;

  private static final String JOBS =
      """
      select j.name, coalesce(n.number, j.id) as id from job j
      left join powerjob_job n on n.job_id = j.id
      where j.app_id = ? and j.name = any(?) and j.deleted_at is null
      """;

  private final EngineDatabase database;

  GatewaySessionStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * A worker of an app, with one of the sessions that it has.
   *
   * @param address see {@link WorkerChannel#identity}
   * @param offer by its name
   */
  record Key(int app, String address, String offer) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::app).thenComparing(Key::address).thenComparing(Key::offer);

    static Key of(OpenedApp app, WorkerChannel channel, GatewayOffer offer) {
      return new Key(app.id(), channel.identity(), offer.name());
    }

    TrackerKind kind() {
      return TrackerKind.ofOffer(offer);
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A heartbeat of a worker for which this replica has no gateway session.
   *
   * @param protocol by its canonical name
   * @param tag null if the worker has none
   * @param idle whether the worker says that it has no run
   * @param fits whether it has a place for one
   */
  record Beat(
      Key worker, String protocol, String tag, boolean overload, boolean idle, boolean fits) {}

  /**
   * The owner of a worker after a heartbeat.
   *
   * @param session as the row has it
   */
  record Owned(UUID session, UUID owner) {}

  /** A worker whose session this replica continues. */
  record Adopted(
      Key worker, String protocol, String app, UUID session, int capacity, List<String> tags) {}

  /**
   * A worker of this replica, with the last heartbeat that another replica received.
   *
   * @param tag null if the worker has none
   * @param idle whether the worker said that it had no run
   * @param silent since that heartbeat
   */
  record Kept(Key worker, String tag, boolean overload, boolean idle, Duration silent) {}

  /**
   * An attempt that a session runs.
   *
   * @param age since its claim
   * @param canceledMillis since it was asked to stop; null if it was not
   * @param timeoutMillis null if it has none
   * @param announced false for a later attempt without a number, which was never sent
   */
  record Running(
      AttemptRef attempt,
      Duration age,
      Long canceledMillis,
      Long timeoutMillis,
      boolean announced) {

    /**
     * Returns whether nobody can have sent it.
     *
     * @param sent see {@link GatewaySessionStore#takeSent}
     */
    boolean isUnsent(Optional<Set<Long>> sent) {
      return !announced
          || sent.filter(instances -> !instances.contains(attempt.instance())).isPresent();
    }
  }

  /**
   * The attempt of a wire id, with the session that it belongs to.
   *
   * @param heavy whether other workers of the app share its work
   * @param running whether it still runs in the session
   * @param canceledMillis since it was asked to stop; null if it was not
   * @param timeoutMillis null if it has none
   */
  record Found(
      AttemptRef attempt,
      UUID session,
      int appId,
      String app,
      String worker,
      String protocol,
      boolean heavy,
      boolean running,
      Long canceledMillis,
      Long timeoutMillis) {

    /** The caller as which the gateway reports for the worker. */
    Caller caller() {
      return new Caller(Role.WORKER, appId, app);
    }
  }

  /**
   * Takes the workers that have no live owner, and writes the heartbeats of the others. A worker
   * must occur once.
   *
   * @param fresh the session that a new row gets
   * @return without workers that do not fit and have no owner
   */
  Map<Key, Owned> heard(Collection<Beat> beats, UUID owner, UUID fresh) {
    Map<Key, Owned> owned = new HashMap<>();
    List<Beat> fitting = beats.stream().filter(Beat::fits).toList();
    if (!fitting.isEmpty()) {
      database.autocommit(
          connection ->
              beats(SqlStatement.of(connection, HEARD).with(fresh).with(owner), fitting)
                  .with(PowerJobLimits.OWNER_LOST_AFTER.toSeconds())
                  .with(PowerJobLimits.OWNER_LOST_AFTER.toSeconds())
                  .list(row -> owned.put(key(row), owned(row))));
    }
    List<Beat> others = beats.stream().filter(beat -> !beat.fits()).toList();
    if (!others.isEmpty()) {
      database.autocommit(
          connection ->
              beats(SqlStatement.of(connection, HEARD_FULL), others)
                  .with(PowerJobLimits.OWNER_LOST_AFTER.toSeconds())
                  .list(row -> owned.put(key(row), owned(row))));
    }
    return owned;
  }

  /**
   * Writes heartbeats for the sessions with former offers of the workers, whoever polls in them.
   */
  void heardFormer(List<Beat> beats) {
    database.autocommit(
        connection ->
            beats(SqlStatement.of(connection, HEARD_FORMER), beats)
                .with(PowerJobLimits.OWNER_LOST_AFTER.toSeconds())
                .update());
  }

  private static SqlStatement beats(SqlStatement statement, List<Beat> beats) throws SQLException {
    return statement
        .ints(beats.stream().map(beat -> beat.worker().app()).toList())
        .texts(beats.stream().map(beat -> beat.worker().address()).toList())
        .texts(beats.stream().map(beat -> beat.worker().offer()).toList())
        .texts(beats.stream().map(Beat::protocol).toList())
        .texts(beats.stream().map(Beat::tag).toList())
        .booleans(beats.stream().map(Beat::overload).toList())
        .booleans(beats.stream().map(Beat::idle).toList());
  }

  private static Owned owned(ResultSet row) throws SQLException {
    return new Owned(row.getObject("session_id", UUID.class), row.getObject("owner", UUID.class));
  }

  /**
   * Takes live workers whose owner is gone.
   *
   * @param protocols those by which this replica can dial workers
   * @param connected the workers that have dialled it
   */
  List<Adopted> adopt(
      UUID owner, Collection<String> protocols, Collection<String> connected, int most) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, ADOPT)
                .with(PowerJobLimits.OWNER_LOST_AFTER.toSeconds())
                .texts(protocols)
                .texts(connected)
                .with(most)
                .with(owner)
                .list(
                    row ->
                        new Adopted(
                            key(row),
                            row.getString("protocol"),
                            row.getString("app"),
                            row.getObject("session_id", UUID.class),
                            row.getInt("capacity"),
                            SqlStatement.list(row, "tags", String.class))));
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(row.getInt("app_id"), row.getString("address"), row.getString("offer"));
  }

  void opened(Key worker, UUID owner, UUID session) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, OPENED)
                .with(session)
                .with(worker.app())
                .withText(worker.address())
                .withText(worker.offer())
                .with(owner)
                .update());
  }

  /** Returns the workers that are still this replica's. */
  List<Kept> keep(Collection<Key> workers, UUID owner) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, KEEP)
                .ints(workers.stream().map(Key::app).toList())
                .texts(workers.stream().map(Key::address).toList())
                .texts(workers.stream().map(Key::offer).toList())
                .with(owner)
                .list(
                    row ->
                        new Kept(
                            key(row),
                            row.getString("tag"),
                            row.getBoolean("overload"),
                            row.getBoolean("idle"),
                            Duration.ofMillis(row.getLong("silent_millis")))));
  }

  /**
   * Gives workers up: any replica may take them.
   *
   * @param sent the instances whose attempts each of them was sent
   */
  void release(Map<Key, List<Long>> sent, UUID owner) {
    List<Key> all = List.copyOf(sent.keySet());
    for (int from = 0; from < all.size(); from += RELEASE_BATCH_SIZE) {
      List<Key> workers = all.subList(from, Math.min(all.size(), from + RELEASE_BATCH_SIZE));
      database.autocommit(
          connection ->
              SqlStatement.of(connection, RELEASE)
                  .ints(workers.stream().map(Key::app).toList())
                  .texts(workers.stream().map(Key::address).toList())
                  .texts(workers.stream().map(Key::offer).toList())
                  .texts(workers.stream().map(sent::get).map(GatewaySessionStore::array).toList())
                  .with(owner)
                  .update());
    }
  }

  /** An array of arrays must have equal ones, so each is a text. */
  private static String array(List<Long> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
  }

  /**
   * Returns the instances whose attempts the former owner had sent when it gave the worker up;
   * empty if it did not say so, as one that was killed. Must come before this owner sends anything.
   */
  Optional<Set<Long>> takeSent(Key worker, UUID owner) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, TAKE_SENT)
                .with(worker.app())
                .withText(worker.address())
                .withText(worker.offer())
                .with(owner)
                .first(row -> Set.copyOf(SqlStatement.list(row, "sent", Long.class))));
  }

  /** Deletes workers that no replica has polled for in an hour; blocks. */
  void pruneWorkers() {
    database.deleteInSteps(FORGET);
  }

  /** Returns the workers of apps whose sessions live, of all replicas. */
  List<LiveWorker> liveWorkers(Collection<Integer> apps) {
    return database
        .autocommit(
            connection ->
                SqlStatement.of(connection, LIVE_WORKERS)
                    .ints(apps)
                    .with(MAX_LIVE_WORKERS)
                    .list(GatewaySessionStore::liveWorker))
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<LiveWorker> liveWorker(ResultSet row) throws SQLException {
    int app = row.getInt("app_id");
    String protocol = row.getString("protocol");
    String tag = row.getString("tag");
    String identity = row.getString("address");
    return WorkerAddress.parse(WorkerChannel.addressIn(identity))
        .map(address -> new LiveWorker(app, address, identity, protocol, tag));
  }

  /** Returns the tags that a worker needs for a job; none if there is no such job. */
  List<String> laneTags(int app, long job) {
    return database.autocommit(
        connection ->
            SqlStatement.of(connection, LANE_TAGS)
                .with(app)
                .with(app)
                .with(job)
                .with(job)
                .first(row -> SqlStatement.list(row, "tags", String.class))
                .orElse(List.of()));
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
                            Duration.ofMillis(row.getLong("age_millis")),
                            SqlStatement.nullableLong(row, "canceled_millis"),
                            SqlStatement.nullableLong(row, "timeout_millis"),
                            row.getBoolean("announced"))));
  }

  /**
   * Returns the attempts of wire ids.
   *
   * @param firsts the instance whose first attempt has the wire id, if it is that of a first one
   */
  Map<Long, Found> find(Map<Long, Long> firsts) {
    List<Long> wireIds = List.copyOf(firsts.keySet());
    Map<Long, Found> found = new HashMap<>();
    database.autocommit(
        connection ->
            SqlStatement.of(connection, FIND)
                .bigints(wireIds)
                .bigints(wireIds.stream().map(firsts::get).toList())
                .list(
                    row ->
                        found.put(
                            row.getLong("wire_id"),
                            new Found(
                                new AttemptRef(row.getLong("id"), row.getInt("attempt")),
                                row.getObject("session_id", UUID.class),
                                row.getInt("app_id"),
                                row.getString("app"),
                                row.getString("worker"),
                                row.getString("protocol"),
                                row.getBoolean("heavy"),
                                row.getBoolean("running"),
                                SqlStatement.nullableLong(row, "canceled_millis"),
                                SqlStatement.nullableLong(row, "timeout_millis")))));
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
