package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** What the numbers mean that clients of PowerJob send. */
@ApplicationScoped
class ClientRunStore {
  /** A retried run has the number of its newest retry, and an attempt that of its run. */
  private static final String FIND =
      """
      select x.id, j.app_id from (
        select coalesce(
          (select r.instance_id from powerjob_retry r where r.id = n.id), n.id) as id
        from (select coalesce(
          (select a.instance_id from powerjob_attempt a where a.wire_id = asked.id), asked.id) as id
          from (select ?::bigint as id) asked) n
      ) x
      join job j on j.id = coalesce(
        (select i.job_id from instance i where i.id = x.id),
        (select h.job_id from instance_history h where h.id = x.id))
      """;

  private final EngineDatabase database;

  ClientRunStore(EngineDatabase database) {
    this.database = database;
  }

  /**
   * A run that a number means.
   *
   * @param id of the instance
   */
  record Run(long id, int appId) {}

  Optional<Run> find(long number) {
    return database.read(
        connection ->
            SqlStatement.of(connection, FIND)
                .with(number)
                .first(row -> new Run(row.getLong("id"), row.getInt("app_id"))));
  }
}
