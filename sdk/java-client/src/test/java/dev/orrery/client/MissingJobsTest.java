package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MissingJobsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String LIST = "/api/v1/apps/billing/jobs?limit=500";

  private final ManualTiming timing = new ManualTiming();
  private final FakeApi api = new FakeApi();
  private final OrreryClient client = api.settings().open(timing);

  @AfterEach
  void close() {
    client.close();
    api.close();
  }

  private static void page(FakeApi.Out out, String end, String... names) throws IOException {
    String items =
        Stream.of(names)
            .map(name -> "{\"name\":\"" + name + "\"}")
            .collect(Collectors.joining(",", "[", "]"));
    out.json(200, "{\"items\":" + items + end + "}");
  }

  private List<String> requests() {
    return api.received().stream().map(request -> request.uri().toString()).toList();
  }

  @Test
  void findsMissingJobsOfSmallAppByOneCall() {
    api.answering((request, out) -> page(out, "", "archive", "send-invoice"));

    List<MissingJob> missing =
        client.missingJobs(List.of("send-invoise", "archive", "x", "x"), TIMEOUT);

    assertThat(missing)
        .containsExactly(
            new MissingJob("send-invoise", Optional.of("send-invoice")),
            new MissingJob("x", Optional.empty()));
    assertThat(requests()).containsExactly(LIST);
  }

  @Test
  void asksOnlyForJobsBehindTheFirstPageOfLargeApp() {
    api.answering(
        (request, out) -> {
          String path = request.uri().toString();
          if (path.equals(LIST)) {
            page(out, ",\"next\":\"b\"", "a", "b");
          } else if (path.endsWith("/jobs/c")) {
            out.json(200, "{\"name\":\"c\"}");
          } else {
            out.problem(404, "JOB_NOT_FOUND");
          }
        });

    List<MissingJob> missing = client.missingJobs(List.of("a", "c", "d-e"), TIMEOUT);

    assertThat(missing).containsExactly(new MissingJob("d-e", Optional.empty()));
    assertThat(requests())
        .containsExactly(LIST, "/api/v1/apps/billing/jobs/c", "/api/v1/apps/billing/jobs/d-e");
  }

  @Test
  void repeatsCallsUntilTimeoutAndNotUntilRetryTimeout() {
    api.answering((request, out) -> out.problem(503, "UNAVAILABLE"));

    OrreryException e =
        catchThrowableOfType(
            OrreryException.class, () -> client.missingJobs(List.of("a"), TIMEOUT));

    assertThat(e.code()).isEqualTo("UNAVAILABLE");
    assertThat(timing.paused()).isLessThanOrEqualTo(TIMEOUT);
    assertThat(requests()).hasSizeGreaterThan(2);
  }

  @Test
  void stopsAskingForJobsAfterTimeout() {
    api.answering(
        (request, out) -> {
          timing.sleep(TIMEOUT.toNanos() / 2);
          page(out, ",\"next\":\"b\"", "a", "b");
        });

    assertThatThrownBy(() -> client.missingJobs(List.of("c", "d", "e"), TIMEOUT))
        .isInstanceOf(OrreryException.class)
        .hasMessage("UNREACHABLE: The scheduler did not answer all calls in time.");
    assertThat(requests()).hasSize(2);
  }

  @Test
  void refusesInvalidNameBeforeAnyCall() {
    assertThatThrownBy(() -> client.missingJobs(List.of("a", "b/c"), TIMEOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("b/c");
    assertThat(requests()).isEmpty();
  }
}
