package dev.orrery.scheduler.base.problem;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits how many errors are built at once whose message reads the database, such as up to 2,000
 * names to find a similar one. At most {@value #MAX_CONCURRENT} are built in parallel, because a
 * client that repeats an error must not occupy the threads that claims and reports need.
 */
public final class RefusalLimit {
  private static final int MAX_CONCURRENT = 2;

  private final Semaphore free = new Semaphore(MAX_CONCURRENT);
  private final Executor executor;
  private final String tooMany;

  /**
   * @param tooMany message of {@code OVERLOADED}, for calls beyond the limit
   */
  public RefusalLimit(Executor executor, String tooMany) {
    this.executor = executor;
    this.tooMany = tooMany;
  }

  /**
   * Fails with the refusal, unless there is something to return instead.
   *
   * @param refusal blocks on the database, and throws a {@link ProblemException}
   * @return the refusal, {@code OVERLOADED} beyond the limit, or {@code UNAVAILABLE} when the
   *     service stops
   */
  public <T> CompletableFuture<T> refuse(Supplier<T> refusal) {
    if (!free.tryAcquire()) {
      return CompletableFuture.failedFuture(ProblemException.overloaded(tooMany));
    }
    try {
      return CompletableFuture.supplyAsync(refusal, executor)
          .whenComplete((never, failure) -> free.release());
    } catch (RejectedExecutionException e) {
      free.release();
      return CompletableFuture.failedFuture(ProblemException.unavailable(ProblemTexts.STOPPING));
    }
  }
}
