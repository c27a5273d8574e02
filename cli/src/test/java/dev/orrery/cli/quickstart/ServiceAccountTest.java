package dev.orrery.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that access to the API server follows from the environment and files of a pod. */
class ServiceAccountTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"10.96.0.1, https://10.96.0.1:443", "fd00::1, https://[fd00::1]:443"})
  void readsApiServerAddressFromEnvironment(String host, String expected) {
    ServiceAccount account =
        new ServiceAccount(
            directory, Map.of("KUBERNETES_SERVICE_HOST", host, "KUBERNETES_SERVICE_PORT", "443"));

    assertThat(account.apiServer()).isEqualTo(URI.create(expected));
  }

  @Test
  void refusesToRunOutsidePod() {
    assertThatThrownBy(() -> new ServiceAccount(directory, Map.of()).apiServer())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not a pod");
  }

  @Test
  void rereadsReplacedToken() throws IOException {
    ServiceAccount account = new ServiceAccount(directory, Map.of());
    Files.writeString(directory.resolve("token"), "first\n");
    assertThat(account.token()).isEqualTo("first");

    Files.writeString(directory.resolve("token"), "second\n");

    assertThat(account.token()).isEqualTo("second");
  }

  @Test
  void namesFileOfUnsendableTokenWithoutPrintingTheToken() throws IOException {
    Files.writeString(directory.resolve("token"), "first\nsecond\n");

    assertThatThrownBy(() -> new ServiceAccount(directory, Map.of()).token())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(directory.resolve("token").toString())
        .hasMessageContaining("printable ASCII")
        .hasMessageNotContaining("second");
  }

  @Test
  void refusesEmptyCaCertificateFile() throws IOException {
    Files.writeString(directory.resolve("ca.crt"), "");

    assertThatThrownBy(() -> new ServiceAccount(directory, Map.of()).client())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ca.crt");
  }
}
