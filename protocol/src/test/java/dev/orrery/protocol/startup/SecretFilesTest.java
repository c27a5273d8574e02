package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFilesTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "SCHEDULER, orrery.security.admin-token-file,          orrery.security.admin-token",
    "SCHEDULER, ORRERY_SECURITY_ADMIN_TOKEN_FILE,          orrery.security.admin-token",
    "SCHEDULER, ORRERY_CLUSTER_SECRET_FILE,                orrery.cluster.secret",
    "SCHEDULER, QUARKUS_DATASOURCE_JDBC_URL_FILE,          quarkus.datasource.jdbc.url",
    "SCHEDULER, QUARKUS_DATASOURCE_USERNAME_FILE,          quarkus.datasource.username",
    "SCHEDULER, quarkus.datasource.password-file,          quarkus.datasource.password",
    "SCHEDULER, quarkus.mailer.password-file,              quarkus.mailer.password",
    "AGENT,     ORRERY_WORKER_TOKEN_FILE,                  orrery.worker.token",
    "AGENT,     QUARKUS_TLS_A_KEY_STORE_P12_PASSWORD_FILE, quarkus.tls.a.key-store.p12.password",
    "AGENT,     quarkus.oidc.credentials.secret-file,      quarkus.oidc.credentials.secret",
  })
  void readsSecretFromNamedFile(Program program, String setting, String key) throws IOException {
    assertThat(read(program, Map.of(setting, file("s3cr3t p$s\\w\n", "rw-r-----"))).value(key))
        .isEqualTo("s3cr3t p$s\\w");
  }

  @ParameterizedTest
  @CsvSource({
    "SCHEDULER, ORRERY_WORKER_TOKEN_FILE,                        orrery.worker.token",
    "AGENT,     orrery.cluster.secret-file,                      orrery.cluster.secret",
    "SCHEDULER, quarkus.tls.a.key-store-file,                    quarkus.tls.a.key-store",
    "SCHEDULER, quarkus.http.ssl.certificate.key-store-key-file, quarkus.http.ssl.certificate.key",
    "SCHEDULER, orrery.data-dir,                                 orrery.data-dir",
  })
  void ignoresOtherSettings(Program program, String setting, String key) {
    assertThat(read(program, Map.of(setting, "/no/such/file")).value(key)).isNull();
  }

  @Test
  void treatsBlankFileNameAsAbsent() {
    assertThat(read(Program.AGENT, Map.of("ORRERY_WORKER_TOKEN_FILE", " ")).named(true)).isEmpty();
  }

  @Test
  void returnsVariablesAndKeysSeparately() throws IOException {
    SecretFiles secrets =
        read(
            Program.SCHEDULER,
            Map.of(
                "ORRERY_CLUSTER_SECRET_FILE", file("one", "rw-------"),
                "quarkus.datasource.password-file", file("two", "rw-------")));

    assertThat(secrets.named(true)).isEqualTo(Map.of("ORRERY_CLUSTER_SECRET", "one"));
    assertThat(secrets.named(false)).isEqualTo(Map.of("quarkus.datasource.password", "two"));
  }

  @Test
  void prefersKeyToVariableOfSameSecret() throws IOException {
    SecretFiles secrets =
        read(
            Program.AGENT,
            Map.of(
                "ORRERY_WORKER_TOKEN_FILE", file("variable", "rw-------"),
                "orrery.worker.token-file", file("key", "rw-------")));

    assertThat(secrets.value("orrery.worker.token")).isEqualTo("key");
    assertThat(secrets.named(true)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orrery.cluster.secret", "ORRERY_CLUSTER_SECRET"})
  void refusesSecretThatIsSetTwiceWithoutShowingIt(String value) throws IOException {
    Map<String, String> settings =
        Map.of("ORRERY_CLUSTER_SECRET_FILE", file("s3cr3t", "rw-------"), value, "s3cr3t");

    assertThatThrownBy(() -> read(Program.SCHEDULER, settings))
        .isInstanceOf(StartupException.class)
        .hasMessage(value + " and ORRERY_CLUSTER_SECRET_FILE are both set. Leave one of them out.");
  }

  @Test
  void acceptsBlankValueAlongsideFile() throws IOException {
    Map<String, String> settings =
        Map.of("ORRERY_CLUSTER_SECRET_FILE", file("s", "rw-------"), "ORRERY_CLUSTER_SECRET", " ");

    assertThat(read(Program.SCHEDULER, settings).value("orrery.cluster.secret")).isEqualTo("s");
  }

  @Test
  void acceptsFileWhenBlankKeyHidesVariable() throws IOException {
    Map<String, String> settings =
        Map.of(
            "orrery.worker.token-file", file("of the file", "rw-------"),
            "orrery.worker.token", "",
            "ORRERY_WORKER_TOKEN", "of another worker");

    assertThat(read(Program.AGENT, settings).value("orrery.worker.token")).isEqualTo("of the file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rw------- | \\n     | is empty. Write the secret to it.
          rw-r--r-- | s3cr3t | every user of this machine may read. Allow its owner and group alone: chmod o= FILE
          rw----r-- | \\n     | every user of this machine may read.
          """)
  void refusesUnusableFileWithoutShowingContent(String rights, String content, String says)
      throws IOException {
    String file = file(content.replace("\\n", "\n"), rights);

    assertRefused(file, says);
  }

  @Test
  void refusesMissingBinaryAndEndlessFile() throws IOException {
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertRefused(directory.resolve("none").toString(), "does not exist. Write the secret to it");
    assertRefused(directory.toString(), "cannot be read");
    assertRefused(binary.toString(), "cannot be read");
    assertRefused("/dev/zero", "it is larger than 16 KiB");
  }

  private static void assertRefused(String file, String says) {
    assertThatThrownBy(() -> read(Program.AGENT, Map.of("orrery.worker.token-file", file)))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.worker.token-file is '" + file + "', which ")
        .hasMessageContaining(says)
        .hasMessageNotContaining("s3cr3t");
  }

  private static SecretFiles read(Program program, Map<String, String> settings) {
    List<WrittenSetting> written = new ArrayList<>();
    settings.forEach(
        (name, value) -> written.add(new WrittenSetting(!name.contains("."), name, value)));
    return SecretFiles.read(program, written, settings::get);
  }

  private String file(String text, String rights) throws IOException {
    Path file = Files.createTempFile(directory, "secret", "");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    return file.toString();
  }
}
