package dev.orrery.cli.apply;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Collects the errors of job files, so that a command reports all of them at once. */
final class FileMistakes {
  private final List<RuntimeException> mistakes = new ArrayList<>();

  /** Adds an error that was found locally. */
  void add(UserException mistake) {
    mistakes.add(mistake);
  }

  /** Adds the scheduler's errors, whose messages contain their places. */
  void add(ApiException refusal) {
    mistakes.add(refusal);
  }

  int count() {
    return mistakes.size();
  }

  /**
   * @throws UserException with a line for each error
   * @throws ApiException if only the scheduler found errors, in a single call
   */
  void throwIfAny() {
    if (mistakes.size() == 1) {
      throw mistakes.get(0);
    }
    if (!mistakes.isEmpty()) {
      String lines = String.join("\n", mistakes.stream().map(Throwable::getMessage).toList());
      throw mistakes.stream().anyMatch(UserException.class::isInstance)
          ? UserException.usage(lines)
          : new UserException(lines);
    }
  }
}
