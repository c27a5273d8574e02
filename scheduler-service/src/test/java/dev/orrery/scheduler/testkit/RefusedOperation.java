package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Worker verbs that are answered with a problem. */
public final class RefusedOperation {
  private RefusedOperation() {}

  public static ProblemDetail with(ErrorCode code, ThrowingCallable verb) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, verb);
    assertThat(refused).as("a refusal with " + code).isNotNull();
    assertThat(refused.problem().code()).as(refused.getMessage()).isEqualTo(code);
    assertThat(refused.problem().status()).isEqualTo(code.status());
    assertThat(refused.mediaType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
    assertThat(refused.problem().detail()).isNotBlank();
    return refused.problem();
  }
}
