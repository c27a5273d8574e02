package dev.orrery.cli.instance;

import dev.orrery.cli.client.ApiProblem;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Bears with a scheduler that is away for a while: it restarts, and the run goes on meanwhile. */
final class OutageRetry {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Consumer<String> notes;
  private long awaySince;
  private boolean away;

  OutageRetry(Consumer<String> notes) {
    this.notes = notes;
  }

  /** The scheduler has answered. */
  void answered() {
    if (away) {
      notes.accept("The scheduler answers again.");
    }
    away = false;
  }

  /**
   * Pauses before the next try.
   *
   * @throws ApiProblem the one that is handed in, if it does not pass by itself, or not in time
   */
  void failed(ApiProblem problem) throws InterruptedException {
    if (!problem.mayPass()) {
      throw problem;
    }
    if (!away) {
      away = true;
      awaySince = System.nanoTime();
      notes.accept("The scheduler is away; trying for a minute …");
    } else if (System.nanoTime() - awaySince > LONGEST.toNanos()) {
      throw problem;
    }
    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
  }
}
