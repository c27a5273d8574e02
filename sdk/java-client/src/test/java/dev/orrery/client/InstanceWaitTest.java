package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceWaitTest {
  private final ManualTiming timing = new ManualTiming();
  private final FakeApi api = new FakeApi();
  private final OrreryClient client = api.settings().open(timing);

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  @Test
  void returnsEndedInstanceDespiteTransientFailures() {
    api.answering(
        CallsTest.inTurn(
            (request, out) -> out.json(200, instance("WAITING", "\"waitingFor\":\"NO_WORKER\"")),
            (request, out) -> out.json(200, instance("RUNNING", "\"attempt\":1")),
            (request, out) -> out.problem(503, "UNAVAILABLE"),
            (request, out) -> out.exchange().close(),
            (request, out) ->
                out.json(200, instance("FAILED", "\"endedAt\":\"2027-01-01T00:00:00Z\""))));

    Instance ended = client.awaitEnd("17", Duration.ofMinutes(1));

    assertThat(ended.state()).isEqualTo(InstanceState.FAILED);
    assertThat(ended.hasSucceeded()).isFalse();
  }

  @Test
  void pausesForTenthOfElapsedTimeBetweenReads() {
    AtomicInteger asked = new AtomicInteger();
    api.answering(
        (request, out) -> {
          asked.incrementAndGet();
          out.json(200, instance("RUNNING", "\"attempt\":2"));
        });

    AwaitTimeoutException e =
        catchThrowableOfType(
            AwaitTimeoutException.class, () -> client.awaitEnd("17", Duration.ofMinutes(10)));

    assertThat(e)
        .hasMessage(
            "AWAIT_TIMEOUT: Instance 17 has not ended within PT10M; it is RUNNING, attempt 2.");
    assertThat(e.state()).contains(InstanceState.RUNNING);
    assertThat(timing.paused()).isEqualTo(Duration.ofMinutes(10));
    assertThat(timing.pauses().get(0)).isEqualTo(Duration.ofMillis(50));
    assertThat(asked).hasValueBetween(150, 200);
  }

  @Test
  void namesWaitReasonOnTimeout() {
    api.answering(
        (request, out) -> out.json(200, instance("WAITING", "\"waitingFor\":\"NO_WORKER\"")));

    AwaitTimeoutException e =
        catchThrowableOfType(
            AwaitTimeoutException.class, () -> client.awaitEnd("17", Duration.ZERO));

    assertThat(e).hasMessageEndingWith("within PT0S; it is WAITING for NO_WORKER.");
  }

  @Test
  void reportsUnreachableScheduler() {
    api.answering((request, out) -> out.problem(503, "UNAVAILABLE"));

    AwaitTimeoutException e =
        catchThrowableOfType(
            AwaitTimeoutException.class, () -> client.awaitEnd("17", Duration.ofMinutes(5)));

    assertThat(e)
        .hasMessage(
            "AWAIT_TIMEOUT: Instance 17 has not ended within PT5M; the last call failed:"
                + " UNAVAILABLE: because");
    assertThat(e.state()).isEmpty();
    assertThat(timing.paused()).isGreaterThan(Duration.ofMinutes(4));
  }

  @Test
  void failsImmediatelyForUnknownInstance() {
    api.answering((request, out) -> out.problem(404, "INSTANCE_NOT_FOUND"));

    OrreryException e =
        catchThrowableOfType(
            OrreryException.class, () -> client.awaitEnd("17", Duration.ofMinutes(5)));

    assertThat(e.code()).isEqualTo("INSTANCE_NOT_FOUND");
    assertThat(timing.pauses()).isEmpty();
  }

  @Test
  void readsUnrecognizedValuesAsUnknown() {
    api.answering(
        (request, out) ->
            out.json(
                200,
                instance(
                    "HIBERNATED", "\"waitingFor\":\"SPRING\",\"endReason\":\"THAW\",\"x\":{}")));

    Instance instance = client.getInstance("17");

    assertThat(instance.state()).isEqualTo(InstanceState.UNKNOWN);
    assertThat(instance.waitingFor()).contains(WaitingFor.UNKNOWN);
    assertThat(instance.endReason()).contains(EndReason.UNKNOWN);
  }

  @Test
  void createsInstanceAndJobFromJson() {
    Instance made = Instance.ofJson(instance("SUCCEEDED", "\"result\":\"3 rows\""));
    assertThat(made.hasSucceeded()).isTrue();
    assertThat(made.result()).contains("3 rows");
    assertThat(Job.ofJson("{\"name\":\"nightly\",\"status\":{\"version\":1}}").name())
        .isEqualTo("nightly");
    assertThat(catchThrowableOfType(OrreryException.class, () -> Instance.ofJson("{}")))
        .hasMessage("UNREADABLE: The response lacks 'id'.");
  }

  private static String instance(String state, String more) {
    return "{\"id\":\"17\",\"app\":\"billing\",\"job\":\"nightly\",\"jobVersion\":1,\"state\":\""
        + state
        + "\",\"priority\":5,\"createdAt\":\"2027-01-01T00:00:00Z\","
        + "\"dueAt\":\"2027-01-01T00:00:00Z\",\"processor\":\"noop\""
        + (more.contains("attempt") ? "," : ",\"attempt\":0,")
        + more
        + "}";
  }
}
