package dev.orrery.scheduler.base.json;

import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.ProblemDetail.FieldError;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;

/** Collects the errors of one request body, or throws the first one. */
final class ValidationErrors {
  /** The maximum number of errors: a body of megabytes must not cause a response of megabytes. */
  static final int MAX_ERRORS = 100;

  private final boolean collecting;
  private final List<ProblemException> found = new ArrayList<>();

  private ValidationErrors(boolean collecting) {
    this.collecting = collecting;
  }

  static ValidationErrors failingFast() {
    return new ValidationErrors(false);
  }

  static ValidationErrors collected() {
    return new ValidationErrors(true);
  }

  void add(ProblemException error) {
    if (!collecting) {
      throw error;
    }
    // JsonFields.attempt adds an exception again that a part has already added.
    if (found.contains(error)) {
      return;
    }
    if (found.size() == MAX_ERRORS) {
      throwAll();
    }
    found.add(error);
  }

  int count() {
    return found.size();
  }

  ProblemException last() {
    return found.get(found.size() - 1);
  }

  /**
   * @throws ProblemException the first error, with the list of all
   */
  void throwAll() {
    if (found.isEmpty()) {
      return;
    }
    List<FieldError> errors =
        found.stream()
            .map(ProblemException::problem)
            .map(problem -> new FieldError(problem.field(), problem.detail()))
            .toList();
    ProblemDetail first = found.get(0).problem();
    throw new ProblemException(first.withErrors(errors));
  }
}
