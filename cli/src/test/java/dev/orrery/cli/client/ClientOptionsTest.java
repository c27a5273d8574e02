package dev.orrery.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions.Found;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientOptionsTest {
  @TempDir private Path directory;

  private Path token;

  @BeforeEach
  void writeToken() throws IOException {
    token = directory.resolve("admin-token");
    Files.writeString(token, "admin-secret\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:7700",
        "http://LOCALHOST:7700",
        "http://127.0.0.1:7700",
        "http://127.8.0.1",
        "https://[::1]:7700"
      })
  void sendsLocalAdminTokenToLoopbackUrl(String url) {
    assertThat(ClientOptions.localToken(URI.create(url), token, Map.of()).value())
        .isEqualTo("admin-secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.7:7700",
        "https://orrery.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com:7700",
        "http://[2001:db8::1]:7700"
      })
  void withholdsLocalAdminTokenFromRemoteUrl(String url) {
    assertThatThrownBy(() -> ClientOptions.localToken(URI.create(url), token, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("set ORRERY_TOKEN")
        .hasMessageContaining(URI.create(url).getHost())
        .hasMessageNotContaining("admin-secret");
  }

  @Test
  void prefersEnvironmentAdminTokenToTokenFile() {
    Found found =
        ClientOptions.localToken(
            URI.create("http://localhost:7700"),
            token,
            Map.of("ORRERY_SECURITY_ADMIN_TOKEN", " given-secret "));

    assertThat(found.value()).isEqualTo("given-secret");
    assertThat(found.source()).isEqualTo("ORRERY_SECURITY_ADMIN_TOKEN");
    assertThat(
            ClientOptions.localToken(
                    URI.create("http://localhost:7700"),
                    token,
                    Map.of("ORRERY_SECURITY_ADMIN_TOKEN", " "))
                .value())
        .isEqualTo("admin-secret");
  }

  @Test
  void withholdsEnvironmentAdminTokenFromRemoteUrl() {
    assertThatThrownBy(
            () ->
                ClientOptions.localToken(
                    URI.create("http://10.0.0.7:7700"),
                    token,
                    Map.of("ORRERY_SECURITY_ADMIN_TOKEN", "given-secret")))
        .isInstanceOf(UserException.class)
        .hasMessageNotContaining("given-secret");
  }

  @Test
  void readsAdminTokenOfSchedulerFromItsFile() throws IOException {
    Path mounted = secret("mounted-secret\n", "r--r-----");
    Map<String, String> environment =
        Map.of("ORRERY_SECURITY_ADMIN_TOKEN_FILE", mounted.toString());

    Found found = ClientOptions.localToken(URI.create("http://localhost:7700"), token, environment);

    assertThat(found).isEqualTo(new Found("mounted-secret", "ORRERY_SECURITY_ADMIN_TOKEN_FILE"));
    assertThatThrownBy(
            () -> ClientOptions.localToken(URI.create("http://10.0.0.7"), token, environment))
        .hasMessageContaining("set ORRERY_TOKEN");
  }

  @ParameterizedTest
  @CsvSource({
    "--token, ORRERY_TOKEN_FILE,  value",
    "ORRERY_TOKEN, --token-file,  from-file",
    ",        --token-file,       from-file",
    ",        ORRERY_TOKEN_FILE,  from-file",
    "ORRERY_TOKEN, ,              value",
    ",             ,              none"
  })
  void prefersTokenOptionToTokenVariable(String value, String file, String taken)
      throws IOException {
    assertThat(
            ClientOptions.oneOf(
                    value == null ? null : new Found("value", value),
                    file == null
                        ? null
                        : new Found(secret("from-file", "rw-------").toString(), file))
                .map(Found::value)
                .orElse("none"))
        .isEqualTo(taken);
  }

  @Test
  void refusesDuplicateTokenAndTokenFileReadableByEveryUser() throws IOException {
    Found open = new Found(secret("from-file", "rw-r--r--").toString(), "--token-file");

    assertThatThrownBy(() -> ClientOptions.oneOf(new Found("value", "--token"), open))
        .isInstanceOf(UserException.class)
        .hasMessage("--token and --token-file are both set. Leave one of them out.");
    assertThatThrownBy(() -> ClientOptions.oneOf(null, open))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("--token-file is '" + open.value() + "', which every user");
  }

  private Path secret(String text, String rights) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  @Test
  void namesAllReasonsForMissingTokenFile() throws IOException {
    Files.delete(token);
    Files.writeString(directory.resolve("orrery.lock"), "4711");

    assertThatThrownBy(
            () -> ClientOptions.localToken(URI.create("http://localhost:7700"), token, Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("there is no " + token)
        .hasMessageContaining("the scheduler did not start")
        .hasMessageContaining("the file was removed")
        .hasMessageContaining("that of orrery.security.admin-token")
        .hasMessageContaining("set ORRERY_TOKEN");
  }

  @Test
  void distinguishesMissingTokenFileFromUnreadableFile() {
    URI local = URI.create("http://localhost:7700");

    assertThatThrownBy(() -> ClientOptions.localToken(local, directory.resolve("none"), Map.of()))
        .hasMessageContaining("run this where a local scheduler keeps");
    assertThatThrownBy(() -> ClientOptions.localToken(local, directory, Map.of()))
        .hasMessageContaining("cannot be read");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:7700, http://127.0.0.1:7700,     true",
    "http://localhost:7700, http://LOCALHOST:7700,     true",
    "http://localhost:7700, http://localhost:7800,     false",
    "http://localhost:7700, https://localhost:7700,    false",
    "http://localhost:7700, http://orrery.example:7700, false",
  })
  void treatsLoopbackNamesWithEqualPortsAsSamePort(String url, String other, boolean same) {
    assertThat(ClientOptions.isSamePort(url, URI.create(other))).isEqualTo(same);
  }

  @Test
  void refusesEndlessTokenFile() {
    URI local = URI.create("http://localhost:7700");

    assertThatThrownBy(() -> ClientOptions.localToken(local, Path.of("/dev/zero"), Map.of()))
        .hasMessage("No token: /dev/zero cannot be read: it is larger than 16 KiB");
  }

  @Test
  void refusesEndlessStackFile() throws IOException {
    Files.createSymbolicLink(directory.resolve("stack.json"), Path.of("/dev/zero"));

    assertThatThrownBy(() -> ClientOptions.local(directory))
        .hasMessageEndingWith("stack.json cannot be read: it is larger than 64 KiB");
  }
}
