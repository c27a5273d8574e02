package dev.orrery.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSettingsTest {
  @Test
  void usesLocalSchedulerByDefault() {
    assertThat(ClientSettings.of("billing", "t").servers()).hasToString("[http://localhost:7700]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:7700|The server must be a URL such as http://localhost:7700; got 'localhost:7700'",
        "ftp://host|The server must be a URL such as http://localhost:7700; got 'ftp://host'",
        "http://a b|The server must be a URL such as http://localhost:7700; got 'http://a b'",
        "http://h:0|The server 'http://h:0' has no port from 1 to 65535.",
        "http://h:70000|The server 'http://h:70000' has no port from 1 to 65535.",
        "http://h/api/v1|The server 'http://h/api/v1' ends with /api/v1, which is added to it. Leave it out.",
        "http://h/a/?b|The server 'http://h/a/?b' has a path, a query or a fragment, which is not used",
        "http://h?a=b|The server 'http://h?a=b' has a path, a query or a fragment, which is not used",
        "http://u_s:7700|The server must be a URL such as http://localhost:7700; got 'http://u_s:7700'",
        "|The server must be a URL such as http://localhost:7700; got 'null'",
      })
  void refusesInvalidServerUrl(String url, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.of("billing", "t").server(url))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:s3cret@host:7700", "http://me:s3cret @host:7700"})
  void refusesServerUrlWithPasswordWithoutShowingIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.of("billing", "t").server(url))
        .satisfies(e -> assertThat(e.getMessage()).contains("***").doesNotContain("s3cret"));
  }

  @Test
  void refusesInvalidTokenWithoutShowingIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.of("billing", "s3cret\n"))
        .withMessage("The token must be printable ASCII characters without blanks.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.of("billing", null))
        .withMessageStartingWith("The token is null.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a b"})
  void refusesInvalidAppName(String app) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.of(app, "t"))
        .withMessageStartingWith("The app must be 1 to 100 characters");
  }

  @Test
  void refusesTimeoutsOutOfRange() {
    ClientSettings settings = ClientSettings.of("billing", "t");

    for (Duration time : List.of(Duration.ofMillis(-1), Duration.ofDays(366))) {
      assertThatIllegalArgumentException().isThrownBy(() -> settings.callTimeout(time));
      assertThatIllegalArgumentException().isThrownBy(() -> settings.retryTimeout(time));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.callTimeout(Duration.ZERO))
        .withMessage("The call time-out must be more than 0.");
  }

  @Test
  void rereadsRenewedTokenFile(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "first\n");
    try (FakeApi api = new FakeApi().answering((request, out) -> out.json(200, "{\"id\":\"17\"}"));
        OrreryClient client =
            ClientSettings.ofTokenFile("billing", file).server(api.url()).open()) {
      client.runJob("nightly");
      Files.writeString(file, "second");
      client.runJob("nightly");

      assertThat(api.received())
          .extracting(request -> request.headers().get("authorization"))
          .containsExactly("Bearer first", "Bearer second");
    }
  }

  @Test
  void refusesMissingOrEmptyTokenFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("token");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.ofTokenFile("billing", file))
        .withMessageStartingWith("The token file " + file + " cannot be read");
    Files.createFile(file);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientSettings.ofTokenFile("billing", file))
        .withMessage("The token file " + file + " is empty. Write the token to it.");
  }
}
