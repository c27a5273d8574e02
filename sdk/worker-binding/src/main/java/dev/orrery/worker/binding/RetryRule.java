package dev.orrery.worker.binding;

import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A processor that prevents retries after certain exceptions, including those that are only a
 * cause.
 */
record RetryRule(Processor processor, List<Class<? extends Throwable>> doNotRetry)
    implements Processor {
  /** A chain of causes may be a circle. */
  private static final int MAX_CAUSES = 100;

  RetryRule {
    doNotRetry = List.copyOf(doNotRetry);
  }

  @Override
  public String process(AttemptContext attempt) throws Exception {
    try {
      return processor.process(attempt);
    } catch (Exception | Error e) {
      if (isLast(e)) {
        attempt.doNotRetry();
      }
      throw e;
    }
  }

  private boolean isLast(Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
        .limit(MAX_CAUSES)
        .anyMatch(each -> doNotRetry.stream().anyMatch(type -> type.isInstance(each)));
  }
}
