package dev.orrery.bench.recovery;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;

/**
 * Measures recovery from kill -9: of one of two agents, until the other has started all its runs;
 * and of the only scheduler, which is restarted at once, until a new run has ended.
 */
public final class RecoveryScenario implements Scenario {
  private final DatabaseServer server;
  private final StackPool stacks;
  private final Load load;

  /**
   * @param held long runs that the two agents hold together
   * @param lease of a session; the other agent cannot start anything earlier
   */
  public record Load(int held, Duration lease) {}

  public RecoveryScenario(DatabaseServer server, StackPool stacks, Load load) {
    this.server = server;
    this.stacks = stacks;
    this.load = load;
  }

  /** Does nothing: each round kills its own processes. */
  @Override
  public void warmUp() {}

  @Override
  public Measurement measure() throws Exception {
    BenchDatabase database = server.create("recovery");
    BenchStack stack =
        stacks.on(
            database,
            "-Dorrery.session.lease=" + load.lease(),
            "-Dorrery.session.renew-interval=" + load.lease().dividedBy(3));
    try (Connection look = server.onlook(database)) {
      stack.startScheduler();
      BenchApp app = stack.app("recovery");
      ProgramProcess victim = stack.startAgent(app, load.held());
      // One more, for the run that shows that work runs again.
      stack.startAgent(app, load.held() + 1);
      LongRunObserver runs = new LongRunObserver(look, app, load.held());
      long held = runs.heldBy(victim.name());

      Instant agentKilled = runs.clock();
      victim.kill();
      runs.awaitStartedAgain(held);
      Instant allStartedAgain = runs.lastStart();

      Instant schedulerKilled = runs.clock();
      stack.scheduler().kill();
      stack.startScheduler();
      Instant newRunEnded = runs.endOfNewRun();

      return Measurement.withoutRate(null)
          .with("leaseSeconds", seconds(load.lease()))
          .with("heldByKilledAgent", held)
          .with("agentKilledSeconds", seconds(Duration.between(agentKilled, allStartedAgain)))
          .with("schedulerKilledSeconds", seconds(Duration.between(schedulerKilled, newRunEnded)))
          .worst("lost", load.held() - runs.running())
          .worst("startedAgainForNothing", runs.attempts() - load.held() - held);
    } finally {
      stack.close();
      server.drop(database);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
