package dev.orrery.cli.apply;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Collects the mistakes of files of jobs, so that one run of a command reports all of them. */
final class FileMistakes {
  private final List<RuntimeException> mistakes = new ArrayList<>();

  /** Adds a mistake that was found here. */
  void add(UserException mistake) {
    mistakes.add(mistake);
  }

  /** Adds the mistakes that the scheduler found, with their places in the message. */
  void add(ApiException refusal) {
    mistakes.add(refusal);
  }

  int count() {
    return mistakes.size();
  }

  /**
   * @throws UserException with a line for each mistake
   * @throws ApiException if the scheduler alone found mistakes, in a single call
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
