package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CallsTest {
  private static final String SUBMITTED = "{\"id\":\"17\"}";

  private final ManualTiming timing = new ManualTiming();
  private final FakeApi api = new FakeApi();
  private final OrreryClient client = api.settings().open(timing);

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void retriesAfterDelayGivenByOverloadedScheduler() {
    api.answering(
        inTurn(
            (request, out) -> out.header("Retry-After", "7").problem(429, "OVERLOADED"),
            (request, out) -> out.json(202, SUBMITTED)));

    assertThat(client.retryInstance("16")).isEqualTo("17");

    assertThat(timing.pauses()).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void stopsRetryingAtRetryTimeout() {
    api.answering((request, out) -> out.problem(503, "UNAVAILABLE"));
    try (OrreryClient impatient =
        api.settings().retryTimeout(Duration.ofSeconds(10)).open(timing)) {
      assertThatExceptionOfType(OrreryException.class)
          .isThrownBy(() -> impatient.getInstance("17"))
          .satisfies(
              e -> {
                assertThat(e.code()).isEqualTo("UNAVAILABLE");
                assertThat(e.status()).isEqualTo(503);
                assertThat(e.isTransient()).isTrue();
              });

      assertThat(timing.pauses())
          .startsWith(
              Duration.ofMillis(200),
              Duration.ofMillis(400),
              Duration.ofMillis(800),
              Duration.ofMillis(1600));
      assertThat(timing.paused()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void failsImmediatelyWhenRetryAfterExceedsRetryTimeout() {
    api.answering((request, out) -> out.header("Retry-After", "3600").problem(429, "OVERLOADED"));

    OrreryException e = catchThrowableOfType(OrreryException.class, () -> client.getInstance("17"));

    assertThat(e.retryAfter()).contains(Duration.ofHours(1));
    assertThat(timing.pauses()).isEmpty();
  }

  @Test
  void sendsNonIdempotentCallsOnlyOnce() {
    api.answering((request, out) -> out.problem(503, "UNAVAILABLE"));

    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(
            () -> client.putJob("nightly", JobDocument.ofJson("{\"priority\":1}"), "\"1-1\""));
    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(
            () ->
                client.applyJobs(
                    JobsFile.of(JobDocument.ofJson("{\"name\":\"a\",\"etag\":\"\\\"1-1\\\"\"}"))));

    assertThat(api.received()).hasSize(2);
  }

  @Test
  void retriesSubmissionWithSameIdempotencyKeyAfterBrokenConnection() {
    api.answering(
        inTurn(
            (request, out) -> out.exchange().close(), (request, out) -> out.json(202, SUBMITTED)));

    assertThat(client.runJob(Run.of("nightly").parameter("day", "1"))).isEqualTo("17");

    assertThat(api.received()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(api.received())
        .extracting(request -> request.headers().get("idempotency-key"))
        .containsOnly(api.received().get(0).headers().get("idempotency-key"));
    assertThat(api.received())
        .extracting(FakeApi.Received::body)
        .containsOnly("{\"parameters\":{\"day\":\"1\"}}");
  }

  @Test
  void repeatsRetryWithSameIdempotencyKeyAfterUnknownOutcome() {
    api.answering(
        inTurn(
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> out.json(202, SUBMITTED),
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> out.json(202, SUBMITTED)));

    assertThat(client.retryInstance("16")).isEqualTo("17");
    assertThat(client.retryFromFailed("16", "pay-1")).isEqualTo("17");

    assertThat(api.received())
        .extracting(request -> request.headers().get("idempotency-key"))
        .hasSize(4)
        .doesNotContainNull()
        .satisfies(keys -> assertThat(keys.get(0)).isEqualTo(keys.get(1)))
        .endsWith(
            api.received().get(2).headers().get("idempotency-key"),
            api.received().get(2).headers().get("idempotency-key"));
  }

  @Test
  void switchesImmediatelyToNextServerAndStaysThere() throws IOException {
    String dead = addressOfNobody();
    api.answering((request, out) -> out.json(202, SUBMITTED));
    try (OrreryClient both =
        ClientSettings.of("billing", "secret").server(dead).server(api.url()).open(timing)) {

      // Nothing was sent to the first one, so even this may be repeated.
      assertThat(both.retryInstance("16")).isEqualTo("17");
      assertThat(both.retryInstance("16")).isEqualTo("17");
    }

    assertThat(api.received()).hasSize(2);
    assertThat(timing.paused()).isZero();
  }

  @Test
  void sendsRequestsBelowPathOfProxy() {
    api.answering((request, out) -> out.json(202, SUBMITTED));
    try (OrreryClient behindProxy =
        ClientSettings.of("billing", "secret").server(api.url() + "/orrery/").open(timing)) {
      behindProxy.retryInstance("16");
    }

    assertThat(api.received())
        .singleElement()
        .satisfies(call -> assertThat(call.uri().getPath()).startsWith("/orrery/api/v1/"));
  }

  @Test
  void namesServerSettingWhenNoServerAnswers() throws IOException {
    String dead = addressOfNobody();
    try (OrreryClient alone = ClientSettings.of("billing", "secret").server(dead).open(timing)) {

      OrreryException e =
          catchThrowableOfType(OrreryException.class, () -> alone.getJob("nightly"));

      assertThat(e.code()).isEqualTo(OrreryException.UNREACHABLE);
      assertThat(e.status()).isZero();
      assertThat(e).hasMessageStartingWith("UNREACHABLE: Cannot connect to " + dead);
      assertThat(e.settingToChange()).contains("ClientSettings.server");
    }
  }

  /** Returns an address at which nothing listens any more. */
  private static String addressOfNobody() throws IOException {
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://localhost:" + unused.getLocalPort();
    }
  }

  @Test
  void exposesCodeDetailFieldAndAllErrorsOfRefusal() {
    api.answering(
        (request, out) ->
            out.json(
                422,
                "{\"code\":\"INVALID\",\"detail\":\"not a cron expression\","
                    + "\"field\":\"trigger.cron\",\"new\":1,\"errors\":["
                    + "{\"field\":\"trigger.cron\",\"message\":\"not a cron expression\"},"
                    + "{\"message\":\"no processor\"}]}"));

    OrreryException e =
        catchThrowableOfType(
            OrreryException.class, () -> client.putJob("a", JobDocument.ofJson("{}")));

    assertThat(e).hasMessage("INVALID: not a cron expression (field: trigger.cron)");
    assertThat(e.field()).contains("trigger.cron");
    assertThat(e.isTransient()).isFalse();
    assertThat(e.errors())
        .containsExactly(
            new OrreryException.FieldError(Optional.of("trigger.cron"), "not a cron expression"),
            new OrreryException.FieldError(Optional.empty(), "no processor"));
    assertThat(api.received()).hasSize(1);
  }

  @Test
  void namesTokenSettingWhenRoleIsInsufficient() {
    api.answering((request, out) -> out.problem(403, "FORBIDDEN"));

    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(() -> client.runJob("nightly"))
        .withMessage("FORBIDDEN: because Setting to change: ClientSettings.of(…, token).");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[]", "{\"id\":", "{\"code\":7}"})
  void refusesResponseOfServerThatIsNotAScheduler(String body) {
    api.answering((request, out) -> out.json(200, body));
    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(() -> client.runJob("nightly"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(OrreryException.UNREADABLE));

    api.answering((request, out) -> out.json(404, body));
    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(() -> client.runJob("nightly"))
        .withMessageContaining("is not an Orrery scheduler (status 404)");
  }

  @Test
  void refusesOversizedResponse() {
    api.answering(
        (request, out) -> {
          OutputStream body = out.stream();
          byte[] blanks = " ".repeat(1 << 20).getBytes(java.nio.charset.StandardCharsets.UTF_8);
          for (int i = 0; i < 17; i++) {
            body.write(blanks);
          }
        });

    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(() -> client.getJob("nightly"))
        .withMessage("UNREADABLE: The response is larger than 16777216 bytes.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void timesOutOnMissingOrIncompleteResponse(boolean begins) {
    CountDownLatch over = new CountDownLatch(1);
    try (OrreryClient impatient =
        api.settings()
            .callTimeout(Duration.ofMillis(200))
            .retryTimeout(Duration.ZERO)
            .open(Timing.SYSTEM)) {
      api.answering(
          (request, out) -> {
            if (begins) {
              OutputStream body = out.stream();
              body.write('{');
              body.flush();
            }
            awaitUninterrupted(over);
          });

      assertThatExceptionOfType(OrreryException.class)
          .isThrownBy(() -> impatient.getJob("nightly"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(OrreryException.UNREACHABLE));
    } finally {
      over.countDown();
    }
  }

  @Test
  void timesOutOnResponseThatArrivesSlowly() {
    CountDownLatch over = new CountDownLatch(1);
    try (OrreryClient impatient =
        api.settings()
            .callTimeout(Duration.ofMillis(1500))
            .retryTimeout(Duration.ZERO)
            .open(Timing.SYSTEM)) {
      api.answering(
          (request, out) -> {
            OutputStream body = out.stream();
            do {
              body.write(' ');
              body.flush();
            } while (!isOver(over, Duration.ofMillis(20)));
          });

      assertThatExceptionOfType(OrreryException.class)
          .isThrownBy(() -> impatient.getJob("nightly"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(OrreryException.UNREACHABLE))
          .withMessageContaining("the response did not end within 1 s");
    } finally {
      over.countDown();
    }
  }

  @Test
  void repeatsOtherCallsOnlyIfTwiceIsAsOnce() {
    api.answering(
        inTurn(
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> out.json(200, "[1]"),
            (request, out) -> out.problem(503, "UNAVAILABLE")));

    assertThat(client.call("GET", "/apps?limit=2", Optional.empty())).isEqualTo("[1]");
    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(
            () -> client.call("POST", "/apps/a/tokens", Optional.of("{\"role\":\"viewer\"}")));

    assertThat(api.received())
        .extracting(request -> request.method() + " " + request.uri() + request.body())
        .containsExactly(
            "GET /api/v1/apps?limit=2",
            "GET /api/v1/apps?limit=2",
            "POST /api/v1/apps/a/tokens{\"role\":\"viewer\"}");
  }

  @Test
  void restoresInterruptFlagAfterInterruptedCall() {
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(OrreryException.class)
        .isThrownBy(() -> client.getJob("nightly"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(OrreryException.INTERRUPTED));

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void refusesCallAfterClose() {
    client.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> client.getJob("nightly"))
        .withMessage("The client is closed.");
  }

  static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isOver(CountDownLatch latch, Duration longest) {
    try {
      return latch.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Answers with the next one each time, and then always with the last. */
  static FakeApi.Answer inTurn(FakeApi.Answer... answers) {
    Iterator<FakeApi.Answer> rest = List.of(answers).iterator();
    FakeApi.Answer last = answers[answers.length - 1];
    return (request, out) -> {
      FakeApi.Answer next;
      synchronized (rest) {
        next = rest.hasNext() ? rest.next() : last;
      }
      next.to(request, out);
    };
  }
}
