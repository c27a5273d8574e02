package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A call of a store that is under way on a connection of its own. */
public final class Call<T> {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final StoreDatabase database;
  private final StoreDatabase.Client client;
  private final CompletableFuture<T> outcome;

  Call(StoreDatabase database, StoreDatabase.Client client, CompletableFuture<T> outcome) {
    this.database = database;
    this.client = client;
    this.outcome = outcome;
  }

  /** Returns once it waits for a lock that another client holds; fails if it ends without. */
  public Call<T> awaitBlocked() {
    if (!blocksBeforeItEnds()) {
      fail("The call did not wait for the lock that another client holds, and gave %s", result());
    }
    return this;
  }

  T resultWithoutBlocking() {
    assertThat(blocksBeforeItEnds())
        .as("the call waits for a lock that another client holds")
        .isFalse();
    return result();
  }

  private boolean blocksBeforeItEnds() {
    Awaitility.await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> outcome.isDone() || database.isBlocked(client));
    return !outcome.isDone();
  }

  /** What it gave, once nothing holds it back any more. */
  public T result() {
    return outcome.orTimeout(LONGEST.toSeconds(), TimeUnit.SECONDS).join();
  }
}
