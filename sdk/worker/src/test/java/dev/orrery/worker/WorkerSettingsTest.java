package dev.orrery.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.orrery.protocol.Protocol;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerSettingsTest {
  @Test
  void usesDocumentedWorkerDefaults() {
    WorkerSettings settings = settings();

    assertThat(settings.capacity()).isEqualTo(20);
    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.killGracePeriod()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.offer(Protocol.HTTP).tags()).isEmpty();
    assertThat(settings.offer(Protocol.HTTP).name()).matches("[A-Za-z0-9._-]{1,100}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:10010",
        " https://orrery.example/ ",
        "HTTP://h",
        "http://h:65535/"
      })
  void acceptsServerUrl(String url) {
    assertThat(settings().server(url).servers()).containsExactly(URI.create(url.strip()));
  }

  @Test
  void derivesDefaultServerFromProtocol() {
    assertThat(settings().servers()).containsExactly(URI.create("http://localhost:10010"));
    assertThat(WorkerSettings.defaultServer(Protocol.AKKA))
        .isEqualTo(URI.create("http://localhost:7700"));
  }

  @Test
  void namesInvalidHostOfServerUrl() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().server("http://my_service:10010"))
        .withMessageContaining("'my_service' is not a host name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "localhost:10010", "http:", "ftp://h", "h t", "//h:1"})
  void refusesInvalidServerUrl(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().server(url))
        .withMessageContaining(url.isEmpty() ? "''" : url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://u:PASSWORD@h:1", "https://PASSWORD@h", "http://u:PASSWORD@h t"})
  void refusesServerUrlWithPasswordWithoutPrintingPassword(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().server(url))
        .withMessageContaining("***@h")
        .withMessageNotContaining("PASSWORD");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500})
  void acceptsCapacityFromOneToFiveHundred(int capacity) {
    assertThat(settings().capacity(capacity).offer(Protocol.HTTP).capacity()).isEqualTo(capacity);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 501})
  void refusesCapacityOutOfRange(int capacity) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().capacity(capacity))
        .withMessageContaining("between 1 and 500")
        .withMessageContaining(Integer.toString(capacity));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "a b", "ä", "a/b", "x\n"})
  void refusesInvalidAppWorkerOrTagName(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> WorkerSettings.of(name, "t"));
    assertThatIllegalArgumentException().isThrownBy(() -> settings().name(name));
    assertThatIllegalArgumentException().isThrownBy(() -> settings().tag(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\n", "tök"})
  void refusesTokenInvalidInHeaderWithoutShowingToken(String token) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerSettings.of("billing", token))
        .withMessageContaining("token")
        .withMessageNotContaining("tök");
  }

  @Test
  void hintsAtUnsetVariableWhenTokenIsMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WorkerSettings.of("billing", null))
        .withMessageContaining("Is the variable");
  }

  @ParameterizedTest
  @CsvSource({
    "noop, noop",
    "shell, shell",
    "http, http",
    "import-orders, java:import-orders",
    "java:import-orders, java:import-orders",
    "com.example.Import, java:com.example.Import"
  })
  void offersProcessorUnderJobProcessorName(String name, String offered) {
    assertThat(settings().processor(name, context -> null).processors()).containsOnlyKeys(offered);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "java:", "a b", "java:a/b", "python:x"})
  void refusesInvalidProcessorName(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().processor(name, context -> null))
        .withMessageContaining("'" + name + "'");
  }

  @Test
  void refusesDuplicateProcessorName() {
    for (String again : List.of("import", "java:import")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings().processor("import", c -> "1").processor(again, c -> "2"))
          .withMessageContaining("Duplicate processor 'java:import'");
    }
  }

  @Test
  void namesNullArgument() {
    WorkerSettings settings = settings();

    assertNull("processor 'p'", () -> settings.processor("p", null));
    assertNull("name of a processor", () -> settings.processor(null, context -> null));
    assertNull("server", () -> settings.server(null));
    assertNull("drain time-out", () -> settings.drainTimeout(null));
    assertNull("kill grace period", () -> settings.killGracePeriod(null));
    assertNull("function of setting names", () -> settings.settingNames(null));
    assertNull("protocol", () -> settings.protocol(null, WorkerEndpoint.at("127.0.0.1", 0)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "smtp | Valid names: http, akka",
        "http | The protocol http has no endpoint",
        "akka | Put orrery-transport-akka on the class path"
      })
  void refusesUnusableProtocolAndNamesTheReason(String protocol, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().protocol(protocol, WorkerEndpoint.at("127.0.0.1", 0)))
        .withMessageContaining(reason);
  }

  private static void assertNull(String what, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage("The " + what + " is null.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-PT0.001S", "P366D", "PT2562047788015215H30M7S"})
  void refusesDrainAndKillTimesOutOfRange(Duration time) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().drainTimeout(time))
        .withMessageContaining("The drain time-out must be from 0 to 365 days; got " + time);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().killGracePeriod(time))
        .withMessageContaining("The kill grace period must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://h:1/path", "http://h/?x", "http://h:1/path?token=SECRET", "http://h#a"})
  void refusesServerUrlWithPathQueryOrFragment(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().server(url))
        .withMessageContaining("has a path, a query or a fragment, which is not used")
        .withMessageContaining("//h")
        .withMessageNotContaining("SECRET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h:0", "http://h:65536", "https://[::1]:99999/"})
  void refusesServerUrlWithInvalidPort(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings().server(url))
        .withMessageContaining("'" + url + "' has no port from 1 to 65535");
  }

  @Test
  void refusesToStartWithoutProcessor() {
    assertThatIllegalStateException()
        .isThrownBy(() -> settings().start())
        .withMessageContaining("offers no processor")
        .withMessageContaining("WorkerSettings.processor(name, processor)");
  }

  private static WorkerSettings settings() {
    return WorkerSettings.of("billing", "orrery_t0ken-_.~+/=");
  }
}
