package dev.orrery.scheduler.engine.dispatch;

import static dev.orrery.scheduler.engine.dispatch.Fixtures.assignment;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.PollResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseSizeTest {
  @Test
  void sendsAllSmallAttemptsInSingleResponse() {
    List<Assignment> attempts = LongStream.range(0, 500).mapToObj(Fixtures::assignment).toList();

    assertThat(ResponseSize.fitting(attempts, Protocol.HTTP)).isEqualTo(attempts);
  }

  @Test
  void acceptsEmptyAttemptList() {
    assertThat(ResponseSize.fitting(List.of(), Protocol.HTTP)).isEmpty();
  }

  @Test
  void sendsFirstAttemptRegardlessOfSize() {
    Assignment huge = assignment(1, Map.of("a", "x".repeat(1_000_000)));

    assertThat(ResponseSize.fitting(List.of(huge, assignment(2)), Protocol.HTTP))
        .containsExactly(huge);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "\uFFFD", "\"", "\\"})
  void keepsResponseBelowMaximumMessageSizeForAnyCharacter(String character) throws Exception {
    List<Assignment> attempts =
        LongStream.range(0, 100)
            .mapToObj(
                instance ->
                    new Assignment(
                        Long.MAX_VALUE - instance,
                        Integer.MAX_VALUE,
                        "j".repeat(100),
                        Integer.MAX_VALUE,
                        new ProcessorSpec.Shell(null, character.repeat(5_000)),
                        Map.of("p".repeat(100), character.repeat(20_000)),
                        "2027-03-28T01:00:00.123Z",
                        Long.MAX_VALUE))
            .toList();

    List<Assignment> fitting = ResponseSize.fitting(attempts, Protocol.HTTP);

    assertThat(fitting).isNotEmpty().hasSizeLessThan(100);
    assertThat(attempts).startsWith(fitting.toArray(Assignment[]::new));
    assertThat(bytes(fitting)).isLessThan(MessageLimits.MAX_MESSAGE_BYTES);
  }

  @Test
  void measuresOwnParametersOfEachAttempt() {
    Assignment plain = assignment(1, Map.of());
    Assignment own = assignment(2, Map.of("a", "xyz"));
    ResponseSize size = new ResponseSize();

    assertThat(size.characters(plain)).isEqualTo(300);
    assertThat(size.characters(own)).isEqualTo(310);
    assertThat(size.characters(plain)).isEqualTo(300);
  }

  @Test
  void keepsResponseOfTinyAttemptsBelowMaximumMessageSize() throws Exception {
    List<Assignment> attempts =
        LongStream.range(0, 10_000)
            .mapToObj(instance -> assignment(instance, Map.of("a", "", "b", "", "c", "")))
            .toList();

    assertThat(bytes(ResponseSize.fitting(attempts, Protocol.HTTP)))
        .isLessThan(MessageLimits.MAX_MESSAGE_BYTES);
  }

  @Test
  void keepsResponseOfManyShortArgumentsBelowMaximumSize() throws Exception {
    List<Assignment> attempts =
        LongStream.range(0, 100)
            .mapToObj(
                instance ->
                    new Assignment(
                        instance,
                        1,
                        "job",
                        1,
                        new ProcessorSpec.Shell(Collections.nCopies(32_768, "x"), null),
                        Map.of(),
                        null,
                        null))
            .toList();

    List<Assignment> fitting = ResponseSize.fitting(attempts, Protocol.HTTP);

    assertThat(fitting).isNotEmpty().hasSizeLessThan(100);
    assertThat(bytes(fitting)).isLessThan(MessageLimits.MAX_MESSAGE_BYTES);
  }

  private static int bytes(List<Assignment> attempts) throws JsonProcessingException {
    return new ObjectMapper()
        .writeValueAsBytes(new PollResponse(attempts, List.of(), 30_000, false))
        .length;
  }
}
