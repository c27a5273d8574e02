package dev.orrery.scheduler.agreement;

import static dev.orrery.scheduler.problem.ProblemAssertions.assertInvalid;
import static dev.orrery.scheduler.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Offer;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffersTest {
  private static final Caller BILLING = new Caller(Role.WORKER, 1, "billing");

  @Test
  void ordinaryOfferIsFine() {
    Offer offer =
        offer("billing", "w-1", List.of("gpu"), List.of("noop", "java:a.b.C$D"), 500, "0.1");

    assertThatCode(() -> Offers.require(BILLING, offer)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "ä"})
  void appAndNameAreNames(String name) {
    assertInvalid(
        "app", () -> Offers.require(BILLING, offer(name, "w", List.of(), List.of(), 1, "0")));
    assertInvalid(
        "name",
        () -> Offers.require(BILLING, offer("billing", name, List.of(), List.of(), 1, "0")));
  }

  @Test
  void tokenOfAnotherAppIsForbidden() {
    assertProblem(
            ErrorCode.FORBIDDEN,
            "app",
            () -> Offers.require(BILLING, offer("reports", "w", List.of(), List.of(), 1, "0")))
        .hasMessageContaining("orrery.worker.app");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 501})
  void capacityIsFromOneToFiveHundred(int capacity) {
    assertInvalid(
        "capacity",
        () -> Offers.require(BILLING, offer("billing", "w", List.of(), List.of(), capacity, "0")));
  }

  @Test
  void tagsAreNamesAndNotTooMany() {
    assertInvalid(
        "tags",
        () -> Offers.require(BILLING, offer("billing", "w", List.of("a b"), List.of(), 1, "0")));
    assertInvalid(
        "tags",
        () ->
            Offers.require(
                BILLING, offer("billing", "w", Collections.nCopies(201, "a"), List.of(), 1, "0")));
  }

  @Test
  void processorsAreNamedAndNotTooMany() {
    for (String processor : List.of("", "no op", "x".repeat(201), "a\0")) {
      assertInvalid(
          "processors",
          () ->
              Offers.require(
                  BILLING, offer("billing", "w", List.of(), List.of(processor), 1, "0")));
    }
    assertInvalid(
        "processors",
        () ->
            Offers.require(
                BILLING,
                offer("billing", "w", List.of(), Collections.nCopies(201, "noop"), 1, "0")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\u0000", "fifty-one-characters-are-one-too-many-for-any-word-."})
  void protocolAndDialectAreWordsThatCanBeRepeatedInALog(String word) {
    assertInvalid("transport", () -> Offers.require(BILLING, offer(word, "orrery")));
    assertInvalid("dialect", () -> Offers.require(BILLING, offer("http", word)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \tHttp\n", "carrier-pigeon"})
  void otherProtocolsAreForTheAgreementToRefuse(String word) {
    assertThatCode(() -> Offers.require(BILLING, offer(word, word))).doesNotThrowAnyException();
  }

  @Test
  void softwareIsShortAndStorable() {
    for (String software : List.of("x".repeat(101), "a\0")) {
      assertInvalid(
          "software",
          () -> Offers.require(BILLING, offer("billing", "w", List.of(), List.of(), 1, software)));
    }
  }

  private static Offer offer(String transport, String dialect) {
    return new Offer(transport, dialect, 1, 1, "0", "billing", "w", List.of(), List.of("noop"), 1);
  }

  private static Offer offer(
      String app,
      String name,
      List<String> tags,
      List<String> processors,
      int capacity,
      String software) {
    return new Offer("http", "orrery", 1, 1, software, app, name, tags, processors, capacity);
  }
}
