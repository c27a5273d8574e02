package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.SqlStatement;
import io.quarkus.arc.Arc;

/** Sessions of scripted workers, which say no good-bye. */
final class PowerJobSessions {
  private static final String END =
      """
      update worker_session set ended_at = now(), end_reason = 'BYE'
      where ended_at is null and dialect = 'powerjob'
      """;

  private PowerJobSessions() {}

  /** Ends all of them: schedulers of later tests, which do not serve PowerJob, wait for that. */
  static void end() {
    Arc.container()
        .instance(EngineDatabase.class)
        .get()
        .autocommit(connection -> SqlStatement.of(connection, END).update());
  }
}
