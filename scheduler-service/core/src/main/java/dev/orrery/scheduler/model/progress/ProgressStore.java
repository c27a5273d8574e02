package dev.orrery.scheduler.model.progress;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ProgressUpdate;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Writes and reads the progress of attempts. */
@ApplicationScoped
public class ProgressStore implements HousekeepingSource {
  /**
   * Uses the fence of reports: (instance, attempt, session). The last update of an attempt may
   * arrive just after its end, so the histories are queried, too. The limit in the lateral part
   * makes the plan probe the primary keys for each item, and never join a whole table.
   */
  private static final String WRITE =
      """
      insert into progress (instance_id, attempt, percent, message, at)
      select p.instance_id, p.attempt, p.percent, p.message, statement_timestamp()
      from unnest(?::bigint[], ?::integer[], ?::uuid[], ?::smallint[], ?::text[])
        as p(instance_id, attempt, session_id, percent, message)
      cross join lateral (
        (select 1 from instance i where i.id = p.instance_id and i.attempt = p.attempt
           and i.session_id = p.session_id and i.state::integer = :RUNNING)
        union all
        (select 1 from instance_history h where h.id = p.instance_id and h.attempt = p.attempt
           and h.session_id = p.session_id)
        union all
        (select 1 from part_history h where h.id = p.instance_id and h.attempt = p.attempt
           and h.session_id = p.session_id)
        limit 1
      ) held
      order by p.instance_id
      on conflict (instance_id) do update set attempt = excluded.attempt,
        percent = excluded.percent, message = excluded.message, at = excluded.at
      """
          .transform(StateCode::resolve);

  private static final String READ =
      "select instance_id, attempt, percent, message, at from progress where instance_id = any(?)";

  /**
   * An instance id contains the creation time, so the primary key finds old rows. Active instances
   * keep their progress.
   */
  private static final String PRUNE =
      """
      delete from progress where instance_id in (
        select p.instance_id from progress p
        where p.instance_id < instance_id_at(statement_timestamp() - ? * interval '1 second')
          and p.at < statement_timestamp() - ? * interval '1 second'
          and not exists (select from instance i where i.id = p.instance_id)
        limit ?)
      """;

  private final EngineDatabase database;

  ProgressStore(EngineDatabase database) {
    this.database = database;
  }

  /** The progress of one attempt of a session. */
  record Said(UUID session, ProgressUpdate progress) {}

  /**
   * Writes the progress of attempts that their session holds, and skips the others.
   *
   * @param all at most one item for each instance of a session
   */
  void write(List<Said> all) {
    database.autocommit(
        connection ->
            SqlStatement.of(connection, WRITE)
                .bigints(all.stream().map(said -> said.progress().instance()).toList())
                .ints(all.stream().map(said -> said.progress().attempt()).toList())
                .uuids(all.stream().map(Said::session).toList())
                .smallints(all.stream().map(said -> (short) said.progress().percent()).toList())
                .texts(messages(all))
                .update());
  }

  private static List<String> messages(List<Said> all) {
    List<String> messages = new ArrayList<>();
    all.forEach(said -> messages.add(said.progress().message()));
    return messages;
  }

  /** Returns the stored progress by attempt; attempts without progress are absent. */
  public Map<AttemptRef, ProgressView> of(Collection<AttemptRef> attempts) {
    Map<AttemptRef, ProgressView> found = new HashMap<>();
    if (!attempts.isEmpty()) {
      database.read(
          connection ->
              SqlStatement.of(connection, READ)
                  .bigints(attempts.stream().map(AttemptRef::instance).toList())
                  .list(
                      row ->
                          found.put(
                              new AttemptRef(row.getLong("instance_id"), row.getInt("attempt")),
                              new ProgressView(
                                  row.getInt("percent"),
                                  row.getString("message"),
                                  SqlStatement.instant(row, "at")))));
    }
    return found;
  }

  /** Deletes the progress of ended instances whose last update is older than this. */
  public void prune(Duration age) {
    database.deleteInSteps(PRUNE, age.toSeconds(), age.toSeconds());
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("progress", Schedule.HOURLY, () -> prune(retention.progress())));
  }
}
