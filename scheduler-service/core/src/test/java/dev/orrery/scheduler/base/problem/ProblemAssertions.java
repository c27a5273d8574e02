package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.ErrorCode;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Assertions on what a caller is refused for. */
public final class ProblemAssertions {
  private ProblemAssertions() {}

  /**
   * @param field the place at fault; null where there is to be none
   */
  public static AbstractThrowableAssert<?, ? extends Throwable> assertProblem(
      ErrorCode code, String field, ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> {
              assertThat(refusal.problem().code()).as(refusal.getMessage()).isEqualTo(code);
              assertThat(refusal.problem().field()).as(refusal.getMessage()).isEqualTo(field);
            });
  }

  public static AbstractThrowableAssert<?, ? extends Throwable> assertInvalid(
      String field, ThrowingCallable call) {
    return assertProblem(ErrorCode.INVALID, field, call);
  }

  public static AbstractThrowableAssert<?, ? extends Throwable> assertMalformed(
      String field, ThrowingCallable call) {
    return assertProblem(ErrorCode.MALFORMED, field, call);
  }
}
