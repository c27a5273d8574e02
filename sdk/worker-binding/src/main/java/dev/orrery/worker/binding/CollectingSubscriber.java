package dev.orrery.worker.binding;

import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.worker.annotation.NonRetryableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Collects all items that a publisher emits in a list. */
final class CollectingSubscriber implements Flow.Subscriber<Object> {
  /** JSON has at least two bytes for each, so more are no result. */
  static final int MAX_ITEMS = MessageLimits.MAX_RESULT_BYTES / 2;

  private final List<Object> items = new ArrayList<>();
  private final All all = new All();

  /** Its cancellation is that of the publisher. */
  private static final class All extends CompletableFuture<List<Object>> {
    private volatile Flow.Subscription subscription;

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean canceled = super.cancel(mayInterruptIfRunning);
      if (subscription != null) {
        subscription.cancel();
      }
      return canceled;
    }
  }

  /** Refuses what a method returned, which has more items than {@link #MAX_ITEMS}. */
  static NonRetryableException tooMany(String source) {
    return new NonRetryableException(
        "The method returned a "
            + source
            + " of more than "
            + MAX_ITEMS
            + " items, and a result has at most "
            + MessageLimits.MAX_RESULT_BYTES
            + " bytes. Return what is worth keeping.");
  }

  /** Completes when the publisher does. */
  CompletableFuture<List<Object>> all() {
    return all;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    all.subscription = subscription;
    if (all.isDone()) {
      subscription.cancel();
    } else {
      subscription.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(Object item) {
    if (all.isDone()) {
      return;
    }
    if (items.size() == MAX_ITEMS) {
      all.completeExceptionally(tooMany("publisher"));
      all.subscription.cancel();
      return;
    }
    items.add(item);
  }

  @Override
  public void onError(Throwable failure) {
    all.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    all.complete(items);
  }
}
