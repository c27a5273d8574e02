package dev.orrery.scheduler.engine.agreement;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OfferValidatorTest {
  private static final Caller BILLING = new Caller(Role.WORKER, 1, "billing");

  @Test
  void acceptsValidOffer() {
    WorkerOffer offer =
        offer("billing", "w-1", List.of("gpu"), List.of("noop", "java:a.b.C$D"), 500, "0.1");

    assertThatCode(() -> OfferValidator.require(BILLING, offer)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "ä"})
  void refusesInvalidAppOrWorkerName(String name) {
    assertInvalid(
        "app",
        () -> OfferValidator.require(BILLING, offer(name, "w", List.of(), List.of(), 1, "0")));
    assertInvalid(
        "name",
        () ->
            OfferValidator.require(BILLING, offer("billing", name, List.of(), List.of(), 1, "0")));
  }

  @Test
  void forbidsOfferForForeignApp() {
    assertProblem(
            ErrorCode.FORBIDDEN,
            "app",
            () ->
                OfferValidator.require(
                    BILLING, offer("reports", "w", List.of(), List.of(), 1, "0")))
        .extracting(failure -> ((ProblemException) failure).problem().settingToChange())
        .asString()
        .contains("orrery.worker.app", "orrery.worker.token");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 501})
  void refusesCapacityOutsideRangeFrom1To500(int capacity) {
    assertInvalid(
        "capacity",
        () ->
            OfferValidator.require(
                BILLING, offer("billing", "w", List.of(), List.of(), capacity, "0")));
  }

  @Test
  void refusesInvalidOrTooManyTags() {
    assertInvalid(
        "tags",
        () ->
            OfferValidator.require(
                BILLING, offer("billing", "w", List.of("a b"), List.of(), 1, "0")));
    assertInvalid(
        "tags",
        () ->
            OfferValidator.require(
                BILLING, offer("billing", "w", Collections.nCopies(201, "a"), List.of(), 1, "0")));
  }

  @Test
  void refusesInvalidOrTooManyProcessors() {
    for (String processor : List.of("", "no op", "x".repeat(201), "a\0", "orrery:parent")) {
      assertInvalid(
          "processors",
          () ->
              OfferValidator.require(
                  BILLING, offer("billing", "w", List.of(), List.of(processor), 1, "0")));
    }
    assertInvalid(
        "processors",
        () ->
            OfferValidator.require(
                BILLING,
                offer("billing", "w", List.of(), Collections.nCopies(201, "noop"), 1, "0")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\u0000",
        "a\u2028b",
        "a\u202eb",
        "fifty-one-characters-are-one-too-many-for-any-word-."
      })
  void refusesControlCharactersInProtocolAndDialect(String word) {
    assertInvalid("protocol", () -> OfferValidator.require(BILLING, offer(word, "orrery")));
    assertInvalid("dialect", () -> OfferValidator.require(BILLING, offer("http", word)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \tHttp\n", "carrier-pigeon"})
  void acceptsUnknownProtocolAndDialectNames(String word) {
    assertThatCode(() -> OfferValidator.require(BILLING, offer(word, word)))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesSoftwareVersionTooLongOrUnsafeForLogs() {
    for (String softwareVersion :
        List.of(
            "x".repeat(101),
            "a\0",
            "1\n2026 ERROR forged",
            "1\r",
            "a\u2028b",
            "a\u202eb",
            "a\u009bb")) {
      assertInvalid(
          "softwareVersion",
          () ->
              OfferValidator.require(
                  BILLING, offer("billing", "w", List.of(), List.of(), 1, softwareVersion)));
    }
  }

  @Test
  void truncatesRefusedProcessorInMessage() {
    assertInvalid(
            "processors",
            () ->
                OfferValidator.require(
                    BILLING, offer("billing", "w", List.of(), List.of("x".repeat(50_000)), 1, "0")))
        .message()
        .hasSizeLessThan(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "00000000-0000-0000-0000-000000000000",
        "5F0C1D6A-3B0E-4A53-9D0F-7A2F6C1F8E21",
        "5f0c1d6a-3b0e-1a53-9d0f-7a2f6c1f8e21"
      })
  void refusesInvalidSessionId(String session) {
    assertInvalid(
        "session",
        () -> OfferValidator.require(BILLING, offer("http", "orrery").withSession(session)));
  }

  private static WorkerOffer offer(String protocol, String dialect) {
    return new WorkerOffer(
        protocol, dialect, 1, 1, "0", "billing", "w", List.of(), List.of("noop"), 1);
  }

  private static WorkerOffer offer(
      String app,
      String name,
      List<String> tags,
      List<String> processors,
      int capacity,
      String softwareVersion) {
    return new WorkerOffer(
        "http", "orrery", 1, 1, softwareVersion, app, name, tags, processors, capacity);
  }

  @Test
  void acceptsMaximumLengthsOfAllFields() {
    String word = "x".repeat(50);
    WorkerOffer offer =
        new WorkerOffer(
            word,
            word,
            1,
            1,
            "x".repeat(100),
            "billing",
            "w",
            Collections.nCopies(200, "a"),
            Collections.nCopies(200, "noop"),
            MessageLimits.MAX_CAPACITY);

    assertThatCode(() -> OfferValidator.require(BILLING, offer)).doesNotThrowAnyException();
  }

  @Test
  void refusesSoftwareVersionStartingWithNul() {
    assertInvalid(
        "softwareVersion",
        () ->
            OfferValidator.require(
                BILLING, offer("billing", "w", List.of(), List.of(), 1, "\0" + "1.0")));
  }
}
