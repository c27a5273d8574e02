package dev.orrery.worker.binding.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.testing.program.Ports;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.JobDeclaration;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequiredJobsTest {
  private static final String TOKEN = "a-token-of-an-operator-for-tests";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String JOBS =
      "{\"items\":[{\"name\":\"archive\"},{\"name\":\"send-invoice\"}]}";

  private final Warnings warnings = new Warnings();
  private final Logger log = Logger.getLogger(RequiredJobs.class.getName());
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final CountDownLatch ended = new CountDownLatch(1);
  private HttpServer api;
  private volatile int status = 200;
  private volatile String body = JOBS;
  private volatile boolean stalls;

  /** Keeps what is logged as a warning. */
  private static final class Warnings extends Handler {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().equals(Level.WARNING)) {
        lines.add(MessageFormat.format(record.getMessage(), record.getParameters()));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void startApi() throws IOException {
    log.addHandler(warnings);
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(executor);
    api.createContext("/", this::answer);
    api.start();
  }

  @AfterEach
  void stopApi() {
    ended.countDown();
    api.stop(0);
    executor.shutdownNow();
    log.removeHandler(warnings);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestURI().toString());
      if (stalls) {
        ended.await();
        return;
      }
      byte[] answer = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, answer.length);
      exchange.getResponseBody().write(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void check(String... names) {
    check(api.getAddress().getPort(), List.of(), names);
  }

  private static void check(int port, List<DeclareSettings> declarations, String... names) {
    ClientSettings settings =
        ClientSettings.of("billing", TOKEN).server("http://localhost:" + port);
    try (OrreryClient client = settings.open()) {
      RequiredJobs.check(List.of(names), client, declarations, TIMEOUT);
    }
  }

  private static List<DeclareSettings> declaring(String app, boolean dryRun, String job) {
    return List.of(
        new DeclareSettings(
            "",
            List.of(URI.create("http://localhost:1")),
            app,
            () -> TOKEN,
            Optional.empty(),
            "code.billing",
            "1",
            false,
            dryRun,
            List.of(new JobDeclaration(Map.of("name", job))),
            Map.of()));
  }

  @Test
  void acceptsExistingJobs() {
    check("send-invoice", " archive ");

    assertThat(requests).hasSize(1);
    assertThat(warnings.lines).isEmpty();
  }

  @Test
  void refusesAllMissingJobsWithNearestNameAndFix() {
    assertThatThrownBy(() -> check("send-invoise", "archive", "print"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(
            "orrery.client.required-jobs names jobs that do not exist in app 'billing':"
                + " 'send-invoise' (did you mean 'send-invoice'?), 'print'. Correct the names, or"
                + " create the jobs first; if another application declares them, deploy that one"
                + " first.");
  }

  @Test
  void asksForNothingWithoutNames() {
    RequiredJobs.check(
        List.of(),
        () -> {
          throw new AssertionError("The client is created without need");
        },
        List.of());
  }

  @Test
  void doesNotAskForJobsThatTheApplicationDeclares() {
    check(api.getAddress().getPort(), declaring("billing", false, "import"), "import");
    assertThat(requests).isEmpty();

    check(api.getAddress().getPort(), declaring("billing", false, "import"), "import", "archive");
    assertThat(requests).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"other,false", "billing,true"})
  void refusesJobThatIsDeclaredInOtherAppOrDryRunOnly(String app, boolean dryRun) {
    int port = api.getAddress().getPort();

    assertThatThrownBy(() -> check(port, declaring(app, dryRun, "import"), "import"))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("app 'billing': 'import'.");
  }

  @ParameterizedTest
  @CsvSource({
    "500,INTERNAL",
    "503,UNAVAILABLE",
    "429,OVERLOADED",
    "404,NOT_FOUND",
    "404,APP_NOT_FOUND"
  })
  void startsWithWarningIfSchedulerCannotTell(int refusal, String code) {
    status = refusal;
    body = "{\"code\":\"" + code + "\",\"detail\":\"because\"}";

    check("archive");

    assertThat(warnings.lines)
        .containsExactly(
            "Failed to check the required jobs; starting anyway: app=billing jobs=[archive]"
                + " reason="
                + code
                + ": because");
  }

  @ParameterizedTest
  @CsvSource({"401,UNAUTHENTICATED", "403,FORBIDDEN"})
  void startsWithWarningThatNamesSettingOfRefusedToken(int refusal, String code) {
    status = refusal;
    body = "{\"code\":\"" + code + "\",\"detail\":\"because\"}";

    check("archive");

    assertThat(warnings.lines).hasSize(1);
    assertThat(warnings.lines.get(0))
        .contains("starting anyway: app=billing jobs=[archive] reason=" + code + ": because")
        .contains("orrery.client.token or orrery.client.token-file")
        .doesNotContain(TOKEN);
  }

  @Test
  void startsWithWarningWithoutScheduler() {
    check(Ports.free(), List.of(), "archive");

    assertThat(warnings.lines).hasSize(1);
    assertThat(warnings.lines.get(0)).contains("reason=UNREACHABLE: Cannot connect to http://");
  }

  @Test
  void startsSoonIfSchedulerDoesNotAnswer() {
    stalls = true;
    long begin = System.nanoTime();

    check("archive");

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.plusSeconds(10));
    assertThat(warnings.lines).hasSize(1);
    assertThat(warnings.lines.get(0)).contains("did not answer in time");
  }

  static Stream<Arguments> namesInvalidSetting() {
    return Stream.of(
        Arguments.of(List.of("archive", " "), "must be 1 to 100 characters"),
        Arguments.of(List.of("a/b"), "got a/b"),
        Arguments.of(Collections.nCopies(101, "archive"), "100 names of jobs; got 101"));
  }

  @ParameterizedTest
  @MethodSource
  void namesInvalidSetting(List<String> names, String says) {
    assertThatThrownBy(() -> check(names.toArray(String[]::new)))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("orrery.client.required-jobs is refused.")
        .hasMessageContaining(says);
    assertThat(requests).isEmpty();
  }
}
