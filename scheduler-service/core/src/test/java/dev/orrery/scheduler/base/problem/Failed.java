package dev.orrery.scheduler.base.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Assertions on what an answer that is to come has failed with. */
public final class Failed {
  private Failed() {}

  public static void with(ErrorCode code, CompletableFuture<?> answer) {
    assertThat(answer).isDone();
    Throwable failure = catchThrowable(answer::join);
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    assertThat(cause)
        .isInstanceOfSatisfying(
            ProblemException.class,
            refusal -> assertThat(refusal.problem().code()).isEqualTo(code));
  }
}
