package dev.orrery.agent.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.startup.AliasedSettings.Given;
import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerConfigCheckTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", "HTTP", " Http ", "hTTp\t"})
  void acceptsHttpInAnySpellingAndByDefault(String raw) {
    assertThat(protocol("orrery.worker.protocol", raw)).isEqualTo(Protocol.HTTP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | orrery.worker.protocol='': No protocol is named. Valid names: http, akka.
          " "       | orrery.worker.protocol=' ': No protocol is named. Valid names: http, akka.
          tcp       | orrery.worker.protocol='tcp': Unknown protocol 'tcp'. Valid names: http, akka.
          http,akka | orrery.worker.protocol='http,akka': a worker has exactly one protocol. Valid names: http, akka.
          "http,"   | orrery.worker.protocol='http,': a worker has exactly one protocol. Valid names: http, akka.
          akka      | orrery.worker.protocol=akka, which this build does not contain. Set orrery.worker.protocol=http.
          " AKKA "  | orrery.worker.protocol=akka, which this build does not contain. Set orrery.worker.protocol=http.
          """)
  void refusesInvalidWorkerProtocolWithAdvice(String raw, String message) {
    assertThatThrownBy(() -> protocol("orrery.worker.protocol", raw))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> protocol("powerjob.worker.protocol", raw))
        .isInstanceOf(StartupException.class)
        .hasMessage(message.replace("orrery.", "powerjob."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"akka", "AKKA", " Akka "})
  void acceptsAkkaInAnySpellingWherePackaged(String raw) {
    assertThat(
            WorkerConfigCheck.protocol(new Given("orrery.worker.protocol", raw), protocol -> true))
        .isEqualTo(Protocol.AKKA);
  }

  private static Protocol protocol(String name, String raw) {
    return WorkerConfigCheck.protocol(new Given(name, raw), protocol -> protocol == Protocol.HTTP);
  }

  @ParameterizedTest
  @CsvSource({
    "powerjob.worker.protocol,       Http,      orrery.worker.protocol, http",
    "powerjob.worker.server-address, 'a:1,b:2', orrery.worker.server,   'http://a:1,http://b:2'",
    "powerjob.worker.app-name,       billing,   orrery.worker.app,      billing",
    "powerjob.worker.port,           27778,     orrery.worker.akka.port,     27778",
    "powerjob.worker.tag,            gpu,       orrery.worker.tags,     gpu"
  })
  void translatesPowerJobSettingNames(String theirs, String value, String ours, String translated) {
    Map<String, String> values = Map.of(theirs, value);

    assertThat(WorkerAliases.over(values::get, values::get).translated())
        .isEqualTo(Map.of(ours, translated));
  }

  @Test
  void trimsRequiredSetting() {
    assertThat(WorkerConfigCheck.required("orrery.worker.app", Optional.of(" billing\n")))
        .isEqualTo("billing");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\n"})
  void namesMissingSettingAndItsEnvironmentVariable(String value) {
    assertThatThrownBy(
            () -> WorkerConfigCheck.required("orrery.worker.app", Optional.ofNullable(value)))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.worker.app is not set. Set it, or ORRERY_WORKER_APP in the environment.");
  }

  @Test
  void deduplicatesAndTrimsProcessorNames() {
    assertThat(WorkerConfigCheck.processors(List.of(" noop", "shell ", "http", "java", "noop")))
        .containsExactly("noop", "shell", "http", "java");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          Shell | orrery.worker.processors names 'Shell'. Valid names: noop, http, java, shell.
          bash  | orrery.worker.processors names 'bash'. Valid names: noop, http, java, shell.
          ""    | orrery.worker.processors names ''. Valid names: noop, http, java, shell.
          """)
  void refusesUnknownProcessorName(String name, String message) {
    assertThatThrownBy(() -> WorkerConfigCheck.processors(List.of("noop", name)))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  @Test
  void refusesPluginDirectoryWithoutJavaProcessor() {
    assertThatThrownBy(
            () ->
                WorkerConfigCheck.plugins(List.of("noop"), Optional.of(Path.of("plugins")), false))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.plugin-dir is set")
        .hasMessageContaining("orrery.worker.processors does not name java");
    assertThatCode(
            () ->
                WorkerConfigCheck.plugins(List.of("java"), Optional.of(Path.of("plugins")), false))
        .doesNotThrowAnyException();
    assertThatCode(() -> WorkerConfigCheck.plugins(List.of("noop"), Optional.empty(), true))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesPluginDirectoryInNativeBuild() {
    assertThatThrownBy(
            () -> WorkerConfigCheck.plugins(List.of("java"), Optional.of(Path.of("plugins")), true))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.plugin-dir is set, but a native build");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "-PT1S", "PT0.0001S", "P21D"})
  void refusesInvalidTimeout(String time) {
    assertThatThrownBy(
            () -> WorkerConfigCheck.positive("orrery.worker.http.timeout", Duration.parse(time)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.http.timeout");
  }

  @Test
  void refusesAgentWithoutProcessor() {
    assertThatThrownBy(() -> WorkerConfigCheck.offered(List.of(), Optional.empty()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.processors names java only")
        .hasMessageContaining("orrery.worker.plugin-dir is not set")
        .hasMessageContaining("Set orrery.worker.plugin-dir");
    assertThatThrownBy(() -> WorkerConfigCheck.offered(List.of(), Optional.of(Path.of("/none"))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("no processor in orrery.worker.plugin-dir, /none");
    assertThatCode(() -> WorkerConfigCheck.offered(List.of("java:a"), Optional.empty()))
        .doesNotThrowAnyException();
  }
}
