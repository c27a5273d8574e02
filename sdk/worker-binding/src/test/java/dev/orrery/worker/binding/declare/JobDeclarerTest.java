package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.OrreryException.FieldError;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.worker.binding.declare.DeclareStatus.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobDeclarerTest {
  private static final String TOKEN = "orrery_test";
  private static final List<JobDeclaration> JOBS =
      List.of(new JobDeclaration(Map.of("name", "a")), new JobDeclaration(Map.of("name", "b")));
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final JobDeclarer.Pace FAST =
      new JobDeclarer.Pace(Duration.ofMillis(1), Duration.ofMillis(1), SOON);
  private static final Answer APPLIED =
      plan("APPLIED", "7", "{\"name\":\"a\",\"change\":\"create\"}");
  private static final Answer RENEWED = plan("RENEWED", "7", "");
  private static final Answer LEFT = plan("LEFT", "8", "{\"name\":\"a\",\"change\":\"none\"}");

  private static final Answer REFUSES_B =
      new Answer(
          422,
          "{\"code\":\"INVALID\",\"detail\":\"why\",\"errors\":[{\"field\":\"jobs[1].trigger\"}]}");

  private static final Answer UNKNOWN_CODE =
      new Answer(
          422,
          "{\"code\":\"INVALID\",\"detail\":\"why\",\"errors\":[{\"field\":\"declaration.code\"}]}");

  private record Answer(int status, String body) {
    static Answer problem(int status) {
      return new Answer(status, "{\"code\":\"INVALID\",\"detail\":\"why\"}");
    }
  }

  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Set<String>> withheld = new ConcurrentLinkedQueue<>();
  private volatile Answer last = RENEWED;
  private volatile boolean stalls;
  private HttpServer api;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Answer answer = answers.isEmpty() ? last : answers.remove();
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    if (stalls) {
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().flush();
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void declaresJobsOnceAndThenRenewsVersion() {
    answers.add(APPLIED);

    calls(3, Phase.APPLIED);

    String call = "POST /api/v1/apps/billing/jobs:apply Bearer " + TOKEN;
    String body =
        " {\"owner\":\"code.billing\",\"prune\":false,"
            + "\"declaration\":{\"version\":\"7\",\"renew\":%s,\"code\":{\"java:a\":\"com.example.Jobs\"}},"
            + "\"jobs\":[{\"name\":\"a\"},{\"name\":\"b\"}]}";
    assertThat(requests.stream().limit(3))
        .containsExactly(
            call + body.formatted(false), call + body.formatted(true), call + body.formatted(true));
  }

  @Test
  void declaresWithoutLastJob() {
    answers.add(plan("APPLIED", "7", "", ",\"off\":[\"a\"],\"missing\":[]"));
    last = RENEWED;
    DeclareSettings one = settings(port(), JOBS);
    DeclareSettings off = with(one, one.apis(), List.of());

    try (JobDeclarer declarer = new JobDeclarer(off, withheld::add, FAST).start()) {
      Await.until("two calls", SOON, () -> requests.size() > 1);
      Await.until("applied", SOON, () -> declarer.status().phase() == Phase.APPLIED);
    }
    assertThat(requests.peek()).endsWith("\"com.example.Jobs\"}},\"jobs\":[]}");
  }

  @Test
  void withholdsProcessorsOfJobsThatOtherApplicationDeclares() {
    answers.add(REFUSES_B);
    answers.add(plan("APPLIED", "7", "", ",\"others\":[\"b\"]"));
    answers.add(Answer.problem(503));
    answers.add(Answer.problem(401));
    answers.add(APPLIED);

    calls(6, Phase.APPLIED);

    assertThat(withheld.stream().limit(4))
        .as("kept without an answer, and at one that does not say")
        .containsExactly(Set.of("b"), Set.of("b"), Set.of("b"), Set.of());
  }

  @Test
  void withholdsProcessorOfOnlyJob() {
    Answer refused =
        new Answer(
            412,
            "{\"code\":\"PRECONDITION_FAILED\",\"detail\":\"why\",\"errors\":[{\"field\":\"jobs[0]\"}]}");
    answers.add(refused);
    last = plan("APPLIED", "7", "", ",\"others\":[\"a\"]");
    DeclareSettings only = settings(port(), JOBS.subList(0, 1));

    JobDeclarer declarer = new JobDeclarer(only, withheld::add, FAST).start();
    try (declarer) {
      Await.until("a withheld processor", SOON, () -> withheld.contains(Set.of("a")));
    }
    assertThat(requests.stream().skip(1).findFirst().orElseThrow())
        .contains("\"keep\":[\"a\"]")
        .endsWith("\"jobs\":[]}");
  }

  @Test
  void declaresJobsAtSchedulerThatDoesNotKnowCode() {
    answers.add(UNKNOWN_CODE);
    answers.add(APPLIED);
    answers.add(UNKNOWN_CODE);

    calls(4, Phase.APPLIED);

    assertThat(requests.stream().limit(4).map(request -> request.contains("\"code\"")))
        .containsExactly(true, false, true, false);
    assertThat(renewals()).startsWith(false, false, true, true);
  }

  @Test
  void reportsThatOtherProcessOfVersionHasSwitchedJobOff() {
    answers.add(APPLIED);

    DeclareStatus status =
        statusAfterLast(plan("RENEWED", "7", "", ",\"off\":[\"b\"]"), Phase.APPLIED);

    assertThat(status.detail()).isEqualTo("another process of version 7 has switched off [b]");
  }

  @Test
  void readsWhatIsOffAndWhatGoesOn() throws JsonException {
    DeclarePlan plan =
        DeclarePlan.parse(
            plan(
                    "APPLIED",
                    "7",
                    "",
                    ",\"off\":[\"a\"],\"missing\":[{\"name\":\"b\",\"until\":\"2027-01-01T00:00:00Z\"}]")
                .body());

    assertThat(plan.off()).containsExactly("a");
    assertThat(plan.missing()).containsExactly("b until 2027-01-01T00:00:00Z");
  }

  @Test
  void stopsAfterPlanInDryRun() {
    answers.addAll(List.of(Answer.problem(503), APPLIED));
    try (JobDeclarer declarer =
        new JobDeclarer(settings(port(), JOBS, true), withheld::add, FAST).start()) {
      Await.until("the thread has ended", SOON, () -> !declarer.isActive());

      assertThat(declarer.status().phase()).isEqualTo(Phase.DRY_RUN);
    }
    assertThat(requests)
        .hasSize(2)
        .allMatch(request -> request.contains("/jobs:apply?dryRun=true "));
  }

  @Test
  void sendsNothingWithoutJobs() {
    try (JobDeclarer declarer =
        new JobDeclarer(settings(port(), List.of()), withheld::add, FAST).start()) {
      Await.until("the thread has ended", SOON, () -> !declarer.isActive());

      assertThat(declarer.status().phase()).isEqualTo(Phase.EMPTY);
    }
    assertThat(requests).isEmpty();
  }

  @Test
  void retriesWhileSchedulerIsUnavailable() {
    answers.addAll(List.of(Answer.problem(503), Answer.problem(429), Answer.problem(500)));
    answers.add(new Answer(200, "<html>"));
    answers.add(APPLIED);

    calls(6, Phase.APPLIED);

    assertThat(renewals()).startsWith(false, false, false, false, false, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 409, 422})
  void retriesAfterRefusal(int status) {
    answers.addAll(List.of(Answer.problem(status), Answer.problem(status), APPLIED));
    answers.addAll(List.of(Answer.problem(status), RENEWED));

    calls(5, Phase.APPLIED);

    assertThat(renewals()).startsWith(false, false, false, true, true);
  }

  @Test
  void retriesWhenResponseDoesNotEnd() {
    stalls = true;
    JobDeclarer.Pace impatient =
        new JobDeclarer.Pace(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofMillis(200));
    try (JobDeclarer declarer =
        new JobDeclarer(settings(port(), JOBS), withheld::add, impatient).start()) {
      Await.until("a second call", SOON, () -> requests.size() > 1);

      assertThat(declarer.status().detail()).contains("does not answer: ");
      stalls = false;
      Await.until("applied", SOON, () -> declarer.status().phase() == Phase.APPLIED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          422 | {"code":"INVALID","detail":"bad cron","field":"jobs[0].trigger.cron"} | INVALID: bad cron (field: jobs[0].trigger.cron)
          422 | {"code":"INVALID","detail":"'jobs[0].priority' is 10","field":"jobs[0].priority"} | INVALID: 'jobs[0].priority' is 10
          401 | {"code":"UNAUTHENTICATED","detail":"The token is unknown."} | UNAUTHENTICATED: The token is unknown. Setting to change: orrery.worker.declare-token.
          403 | {"code":"FORBIDDEN","detail":"It needs operator."} | FORBIDDEN: It needs operator. Setting to change: orrery.worker.declare-token.
          404 | {"code":"APP_NOT_FOUND","detail":"There is no app 'x'."} | APP_NOT_FOUND: There is no app 'x'. Setting to change: orrery.worker.app.
          404 | 404 page not found | What answers at http://127.0.0.1:PORT/ is not the API of a scheduler (status 404). Setting to change: orrery.worker.declare-server.
          409 | {} | What answers at http://127.0.0.1:PORT/ is not the API of a scheduler (status 409). Setting to change: orrery.worker.declare-server.
          """)
  void namesRefusalAndSettingToChange(int status, String body, String detail) {
    assertThat(statusAfterLast(new Answer(status, body), Phase.REFUSED).detail())
        .isEqualTo(detail.replace("PORT", Integer.toString(port())));
  }

  @Test
  void declaresJobsWithoutRefusedOnes() {
    answers.add(REFUSES_B);
    answers.add(APPLIED);
    answers.add(REFUSES_B);

    calls(4, Phase.REFUSED, REFUSES_B);

    assertThat(
            requests.stream()
                .limit(4)
                .map(request -> request.replaceAll(".*\"version\"|,\"code\":\\{[^}]*}", "")))
        .containsExactly(
            ":\"7\",\"renew\":false},\"jobs\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
            ":\"7\",\"renew\":false,\"keep\":[\"b\"]},\"jobs\":[{\"name\":\"a\"}]}",
            ":\"7\",\"renew\":false},\"jobs\":[{\"name\":\"a\"},{\"name\":\"b\"}]}",
            ":\"7\",\"renew\":true,\"keep\":[\"b\"]},\"jobs\":[{\"name\":\"a\"}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          jobs[3].priority,jobs[1] | 1,3
          jobs[3],owner            | ``
          jobs[3],                 | ``
          jobs                     | ``
          ``                       | ``
          """)
  void findsIndexesOfRefusedJobs(String fields, String indices) {
    List<FieldError> errors =
        Stream.of(fields.split(",", -1))
            .map(field -> new FieldError(Optional.of(field).filter(name -> !name.isEmpty()), "why"))
            .toList();

    assertThat(Refusal.wrongJobs(errors).stream().map(String::valueOf))
        .containsExactlyElementsOf(indices.isEmpty() ? List.of() : List.of(indices.split(",")));
  }

  @Test
  void triesNextAddressWhenOneDoesNotAnswer() throws IOException {
    appliesAt(URI.create("http://127.0.0.1:" + Ports.free()));
  }

  @Test
  void triesNextAddressWhenResponseIsNotFromScheduler() throws IOException {
    HttpServer stranger =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stranger.start();
    try {
      appliesAt(URI.create("http://127.0.0.1:" + stranger.getAddress().getPort()));
    } finally {
      stranger.stop(0);
    }
  }

  private void appliesAt(URI other) {
    answers.add(APPLIED);
    DeclareSettings one = settings(port(), JOBS);
    DeclareSettings both = with(one, List.of(other, one.apis().get(0)), one.jobs());

    try (JobDeclarer declarer = new JobDeclarer(both, withheld::add, FAST).start()) {
      Await.until("applied", SOON, () -> declarer.status().phase() == Phase.APPLIED);
    }
  }

  private static DeclareSettings with(
      DeclareSettings one, List<URI> apis, List<JobDeclaration> jobs) {
    return new DeclareSettings(
        one.settingPrefix(),
        apis,
        one.app(),
        one.token(),
        one.ssl(),
        one.owner(),
        one.version(),
        one.prune(),
        false,
        jobs,
        one.code());
  }

  @Test
  void namesNewerVersionThatIsInForce() {
    DeclareStatus status = statusAfterLast(LEFT, Phase.LEFT);

    assertThat(status.detail()).isEqualTo("the newer version 8 is in force");
  }

  @Test
  void staysAppliedAndReportsProblemWhenRenewalFails() {
    answers.add(APPLIED);
    DeclareStatus status = statusAfterLast(Answer.problem(503), Phase.APPLIED);

    assertThat(status.detail()).isEqualTo("INVALID: why");
  }

  @Test
  void staysPendingUntilClosedWhenSchedulerIsUnreachable() {
    int port = port();
    api.stop(0);
    JobDeclarer declarer = new JobDeclarer(settings(port, JOBS), withheld::add, FAST).start();
    try (declarer) {
      Await.until("a try has failed", SOON, () -> !declarer.status().detail().isEmpty());

      assertThat(declarer.status().phase()).isEqualTo(Phase.PENDING);
      assertThat(declarer.status().detail())
          .startsWith("http://127.0.0.1:" + port + "/ does not answer: ");
    }
    Await.until("the thread has ended", SOON, () -> !declarer.isActive());
  }

  @Test
  void doublesRetryPauseUpToRegularPause() {
    JobDeclarer.Pace usual = JobDeclarer.Pace.USUAL;

    assertThat(usual.doubled(Duration.ofSeconds(16))).isEqualTo(Duration.ofSeconds(32));
    assertThat(usual.doubled(Duration.ofSeconds(32))).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void leavesNoThreadOfClientAfterClose() {
    JobDeclarer declarer = new JobDeclarer(settings(port(), JOBS), withheld::add, FAST).start();
    Await.until("two calls", SOON, () -> requests.size() > 1);

    declarer.close();

    Await.until(
        "no thread of a client",
        SOON,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("orrery-client-")));
  }

  @Test
  void hidesTokenInToString() {
    assertThat(settings(1, JOBS)).asString().doesNotContain(TOKEN);
  }

  private List<Boolean> renewals() {
    return requests.stream().map(request -> request.contains("\"renew\":true")).toList();
  }

  private void calls(int count, Phase expected) {
    calls(count, expected, RENEWED);
  }

  /**
   * @param rest all answers after those that are set
   */
  private void calls(int count, Phase expected, Answer rest) {
    last = rest;
    try (JobDeclarer declarer =
        new JobDeclarer(settings(port(), JOBS), withheld::add, FAST).start()) {
      Await.until(
          count + " calls, and " + expected,
          SOON,
          () -> requests.size() >= count && declarer.status().phase() == expected);
    }
  }

  /** Returns the status once all further calls have this answer. */
  private DeclareStatus statusAfterLast(Answer answer, Phase expected) {
    last = answer;
    try (JobDeclarer declarer =
        new JobDeclarer(settings(port(), JOBS), withheld::add, FAST).start()) {
      Await.until(
          expected + " with a detail",
          SOON,
          () -> declarer.status().phase() == expected && !declarer.status().detail().isEmpty());
      return declarer.status();
    }
  }

  private int port() {
    return api.getAddress().getPort();
  }

  private static Answer plan(String outcome, String inForce, String jobs) {
    return plan(outcome, inForce, jobs, "");
  }

  private static Answer plan(String outcome, String inForce, String jobs, String lists) {
    return new Answer(
        200,
        "{\"jobs\":[%s],\"declaration\":{\"inForce\":\"%s\",\"outcome\":\"%s\"%s}}"
            .formatted(jobs, inForce, outcome, lists));
  }

  private static DeclareSettings settings(int port, List<JobDeclaration> jobs) {
    return settings(port, jobs, false);
  }

  private static DeclareSettings settings(int port, List<JobDeclaration> jobs, boolean dryRun) {
    return new DeclareSettings(
        "orrery.worker.",
        List.of(URI.create("http://127.0.0.1:" + port + "/")),
        "billing",
        () -> TOKEN,
        Optional.empty(),
        "code.billing",
        "7",
        false,
        dryRun,
        jobs,
        jobs.isEmpty() ? Map.of() : Map.of("java:a", "com.example.Jobs"));
  }
}
