package dev.orrery.agent.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.startup.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCheckTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", "HTTP", " Http ", "hTTp\t"})
  void httpIsTakenInAnySpellingAndWhereNothingIsSet(String raw) {
    assertThat(WorkerCheck.protocol(raw)).isEqualTo(Transport.HTTP);
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
  void anythingElseIsRefusedWithWhatToSet(String raw, String message) {
    assertThatThrownBy(() -> WorkerCheck.protocol(raw))
        .isInstanceOf(Refusal.class)
        .hasMessage(message);
  }

  @Test
  void requiredSettingIsGivenWithoutBlanks() {
    assertThat(WorkerCheck.required("orrery.worker.app", Optional.of(" billing\n")))
        .isEqualTo("billing");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\n"})
  void missingSettingIsNamedAlsoAsItStandsInTheEnvironment(String value) {
    assertThatThrownBy(() -> WorkerCheck.required("orrery.worker.app", Optional.ofNullable(value)))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "orrery.worker.app is not set. Set it, or ORRERY_WORKER_APP in the environment.");
  }

  @Test
  void processorsAreTakenOnceWithoutBlanks() {
    assertThat(WorkerCheck.processors(List.of(" noop", "shell ", "noop")))
        .containsExactly("noop", "shell");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          http  | orrery.worker.processors names 'http', which this version does not run yet. Valid names: noop, shell.
          java  | orrery.worker.processors names 'java', which this version does not run yet. Valid names: noop, shell.
          Shell | orrery.worker.processors names 'Shell'. Valid names: noop, shell.
          bash  | orrery.worker.processors names 'bash'. Valid names: noop, shell.
          ""    | orrery.worker.processors names ''. Valid names: noop, shell.
          """)
  void processorThatThereIsNotIsRefusedByName(String name, String message) {
    assertThatThrownBy(() -> WorkerCheck.processors(List.of("noop", name)))
        .isInstanceOf(Refusal.class)
        .hasMessage(message);
  }
}
