package dev.orrery.scheduler.flow;

import dev.orrery.scheduler.base.database.DatabaseException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Does work for many parents at once. If that fails, it does the work for each parent alone, so
 * that one bad parent does not block the others.
 */
final class IsolatedBatch {
  private IsolatedBatch() {}

  /**
   * Does the work for all of them at once. If that fails for another reason than an outage, does it
   * for each alone, so that one does not block the others.
   *
   * @param onFailure gets each one that fails alone
   */
  static <T> void run(
      List<T> batch, Consumer<List<T>> work, BiConsumer<T, RuntimeException> onFailure) {
    try {
      work.accept(batch);
    } catch (RuntimeException e) {
      if (batch.size() == 1
          || (e instanceof DatabaseException database && database.isTemporary())) {
        throw e;
      }
      for (T one : batch) {
        try {
          work.accept(List.of(one));
        } catch (RuntimeException failure) {
          onFailure.accept(one, failure);
        }
      }
    }
  }
}
