package dev.orrery.agent.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.agent.processor.FakeContext;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.annotation.NonRetryableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretDirectoryTest {
  @TempDir Path temporary;
  private Path path;
  private SecretDirectory directory;

  @BeforeEach
  void open() throws IOException {
    path = Files.createDirectory(temporary.resolve("secrets"));
    directory = SecretDirectory.open(Optional.of(path));
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
  }

  private static FakeContext using(List<String> names) {
    return new FakeContext(new ProcessorSpec.Shell(null, "x", null, names));
  }

  private Map<String, String> read(String... names) throws Exception {
    var unused = directory.run(using(List.of(names)), this::keep);
    return kept;
  }

  private Map<String, String> kept;

  private String keep(SecretContext context) {
    kept = context.secrets();
    return "";
  }

  @Test
  void rereadsSecretsForEachAttempt() throws Exception {
    write(path.resolve("db-password"), "open-sesame\n");
    write(path.resolve("KEY.pem"), " begin\r\nend \r\n");
    assertThat(read("db-password", "KEY.pem"))
        .isEqualTo(Map.of("db-password", "open-sesame", "KEY.pem", " begin\r\nend "));

    write(path.resolve("db-password"), "new-sesame\n\n");
    assertThat(read("db-password")).isEqualTo(Map.of("db-password", "new-sesame\n"));
  }

  @Test
  void followsLinksReplacedByKubernetes() throws Exception {
    write(path.resolve("..1/token"), "first-token");
    write(path.resolve("..2/token"), "second-token");
    Files.createSymbolicLink(path.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(path.resolve("token"), Path.of("..data/token"));
    assertThat(read("token")).containsValue("first-token");

    Files.createSymbolicLink(path.resolve("..new"), Path.of("..2"));
    Files.move(path.resolve("..new"), path.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(read("token")).containsValue("second-token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "../secrets/other", "..", ".", "a/b", "", "oth er", "broken"})
  void namesOnlyMissingSecretAndSetting(String name) throws Exception {
    write(path.resolve("other"), "open-sesame");
    write(path.resolve("a/b"), "open-sesame");
    Files.createSymbolicLink(path.resolve("broken"), Path.of("nowhere"));

    assertThatThrownBy(() -> read(name))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("the agent has no secret " + name + " (orrery.worker.secrets.dir)");
  }

  @Test
  void failsAttemptWithoutConfiguredDirectory() {
    assertThatThrownBy(
            () -> SecretDirectory.open(Optional.empty()).run(using(List.of("token")), this::keep))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("the agent has no secret token (orrery.worker.secrets.dir)");
  }

  private void assertRefused(String name, String reason) {
    assertThatThrownBy(() -> read(name))
        .isInstanceOf(NonRetryableException.class)
        .hasMessageStartingWith("the secret " + name + " " + reason)
        .hasMessageEndingWith(" (orrery.worker.secrets.dir)")
        .hasMessageNotContaining("sesame");
  }

  @Test
  void refusesUnsafeFiles() throws Exception {
    write(temporary.resolve("outside"), "open-sesame");
    Files.createSymbolicLink(path.resolve("link"), temporary.resolve("outside"));
    assertRefused("link", "is a link out of the directory");
    Files.createDirectory(path.resolve("directory"));
    assertRefused("directory", "is not a file");
    Files.setPosixFilePermissions(
        write(path.resolve("open"), "open-sesame"), PosixFilePermissions.fromString("rw-r--r--"));
    assertRefused("open", "may be read by every user of the machine: chmod o= FILE");
    write(path.resolve("nul"), "open\0sesame");
    assertRefused("nul", "has a NUL character");
    write(path.resolve("mark"), "\ufeffopen-sesame");
    assertRefused("mark", "begins with a byte order mark: save it as UTF-8 without one");
    Files.write(
        write(path.resolve("latin"), ""), "öffne dich".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("latin", "is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"5, has fewer than 6 characters", "6,", "65536,", "65537, is larger than 64 KiB"})
  void boundsLengthOfSecret(int length, String refusal) throws Exception {
    write(path.resolve("x"), "s".repeat(length));

    if (refusal == null) {
      assertThat(read("x").get("x")).hasSize(length);
    } else {
      assertRefused("x", refusal);
    }
  }

  @Test
  void boundsNumberAndSizeOfSecretsOfJob() throws Exception {
    List<String> names = IntStream.range(0, 101).mapToObj(i -> "s" + i).toList();
    for (String name : names) {
      write(path.resolve(name), name + "-sesame");
    }
    assertThat(read(names.subList(0, 100).toArray(String[]::new))).hasSize(100);
    assertThatThrownBy(() -> read(names.toArray(String[]::new)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("the job uses more than 100 secrets");

    for (String name : names.subList(0, 17)) {
      write(path.resolve(name), "s".repeat(64 * 1024));
    }
    assertThat(read(names.subList(0, 16).toArray(String[]::new))).hasSize(16);
    assertThatThrownBy(() -> read(names.subList(0, 17).toArray(String[]::new)))
        .isInstanceOf(NonRetryableException.class)
        .hasMessage("the secrets of the job have more than 1 MiB");
  }

  @Test
  void masksSecretsInLogProgressAndResult() throws Exception {
    write(path.resolve("token"), "open-sesame");
    FakeContext context = using(List.of("token"));

    String result =
        directory.run(
            context,
            secrets -> {
              secrets.log("with open-sesame");
              secrets.log("stderr", "or b3Blbi1zZXNhbWU=");
              secrets.progress(5, "at open-sesame");
              return "{\"is\":\"open-sesame\"}";
            });

    assertThat(result).isEqualTo("{\"is\":\"***\"}");
    assertThat(context.texts("stdout")).containsExactly("with ***");
    assertThat(context.texts("stderr")).containsExactly("or ***=");
    assertThat(context.progress()).containsExactly("5 at ***");
  }

  private Throwable thrown(Exception failure) throws IOException {
    write(path.resolve("token"), "open-sesame");
    try {
      var unused =
          directory.run(
              using(List.of("token")),
              secrets -> {
                throw failure;
              });
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  @Test
  void masksSecretsInExceptions() throws Exception {
    assertThat(thrown(new AttemptFailedException("no open-sesame", "got open-sesame")))
        .isExactlyInstanceOf(AttemptFailedException.class)
        .hasMessage("no ***")
        .extracting(e -> ((AttemptFailedException) e).result())
        .isEqualTo("got ***");
    assertThat(thrown(new NonRetryableException("no open-sesame", "got open-sesame")))
        .isExactlyInstanceOf(NonRetryableException.class)
        .hasMessage("no ***")
        .extracting(e -> ((NonRetryableException) e).result())
        .isEqualTo("got ***");
    assertThat(thrown(new IOException("x", new IOException("no open-sesame"))))
        .isExactlyInstanceOf(AttemptFailedException.class)
        .hasMessage("java.io.IOException: x")
        .hasNoCause();
    Exception harmless = new InterruptedException("no sesame");
    assertThat(thrown(harmless)).isSameAs(harmless);
  }

  @Test
  void refusesToOpenMissingDirectory() {
    assertThatThrownBy(() -> SecretDirectory.open(Optional.of(path.resolve("none"))))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.worker.secrets.dir names '" + path.resolve("none") + "'")
        .hasMessageContaining("not a directory that this user can read");
    assertThat(SecretDirectory.open(Optional.empty()).path()).isEmpty();
  }
}
