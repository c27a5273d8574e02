package dev.orrery.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Problem;
import dev.orrery.scheduler.api.TestWire.RefusedException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Worker verbs that are answered with a problem. */
final class RefusedVerb {
  private RefusedVerb() {}

  static Problem with(ErrorCode code, ThrowingCallable verb) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, verb);
    assertThat(refused).as("a refusal with " + code).isNotNull();
    assertThat(refused.problem().code()).as(refused.getMessage()).isEqualTo(code);
    assertThat(refused.problem().status()).isEqualTo(code.status());
    assertThat(refused.mediaType()).isEqualTo(Problem.MEDIA_TYPE);
    assertThat(refused.problem().detail()).isNotBlank();
    return refused.problem();
  }
}
