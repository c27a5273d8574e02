package dev.orrery.cli.apply;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import java.util.ArrayList;
import java.util.List;

/** Collects the errors of files of jobs, so that one run of a command reports all of them. */
final class FileErrors {
  private final List<RuntimeException> errors = new ArrayList<>();

  /** Adds an error that was found here. */
  void add(UserException error) {
    errors.add(error);
  }

  /** Adds the errors that the scheduler found, with their places in the message. */
  void add(ApiException refusal) {
    errors.add(refusal);
  }

  int count() {
    return errors.size();
  }

  /**
   * @throws UserException with a line for each error
   * @throws ApiException if the scheduler alone found errors, in a single call
   */
  void throwIfAny() {
    if (errors.size() == 1) {
      throw errors.get(0);
    }
    if (!errors.isEmpty()) {
      String lines = String.join("\n", errors.stream().map(Throwable::getMessage).toList());
      throw errors.stream().anyMatch(UserException.class::isInstance)
          ? UserException.usage(lines)
          : new UserException(lines);
    }
  }
}
