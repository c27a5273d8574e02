package dev.orrery.scheduler.powerjob;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StateCode;
import io.quarkus.arc.Arc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Sessions of scripted workers, which say no good-bye. */
final class PowerJobSessions {
  /** Requeues their runs, because the scheduler reports running instances without a session. */
  private static final String END =
      """
      with ended as (
        update worker_session set ended_at = now(), end_reason = 'BYE'
        where ended_at is null and dialect = 'powerjob'
        returning id
      )
      update instance set state = :READY, session_id = null, started_at = null, deadline_at = null
      where session_id in (select id from ended) and state = :RUNNING
      """
          .transform(StateCode::resolve);

  private PowerJobSessions() {}

  /** Returns the addresses of the app's workers that this scheduler polls for. */
  static List<String> workers(int app) {
    return Arc.container()
        .instance(GatewaySessionRegistry.class)
        .get()
        .all()
        .map(GatewaySession::key)
        .filter(key -> key.app() == app)
        .map(GatewaySessionStore.Key::address)
        .sorted()
        .toList();
  }

  /** Returns what the thread that owns the sessions reads. */
  static <T> T onLoop(Supplier<T> read) {
    return CompletableFuture.supplyAsync(read, Arc.container().instance(GatewayLoop.class).get())
        .join();
  }

  /** Ends all of them: schedulers of later tests, which do not serve PowerJob, wait for that. */
  static void end() {
    Arc.container()
        .instance(EngineDatabase.class)
        .get()
        .autocommit(connection -> SqlStatement.of(connection, END).update());
  }
}
