package dev.orrery.agent.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerTokenTest {
  @TempDir Path directory;

  @Test
  void readsTokenFromSetting() {
    assertThat(WorkerToken.read(Optional.of("secret"), Optional.empty())).isEqualTo("secret");
  }

  @Test
  void readsTokenFromFileWithoutLineEnd() throws IOException {
    assertThat(WorkerToken.read(Optional.empty(), Optional.of(file("secret\n"))))
        .isEqualTo("secret");
  }

  @Test
  void refusesMissingToken() {
    assertThatThrownBy(() -> WorkerToken.read(Optional.empty(), Optional.empty()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.token");
  }

  @Test
  void refusesTokenAndTokenFileTogetherWithoutShowingToken() throws IOException {
    Path file = file("secret");

    assertThatThrownBy(() -> WorkerToken.read(Optional.of("secret"), Optional.of(file)))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.worker.token and orrery.worker.token-file are both set. Leave one of them"
                + " out.");
  }

  @Test
  void refusesEmptyTokenFile() throws IOException {
    Path file = file(" \n");

    assertThatThrownBy(() -> WorkerToken.read(Optional.empty(), Optional.of(file)))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "orrery.worker.token-file is '" + file + "', which is empty. Write the token to it.");
  }

  @Test
  void refusesMissingTokenFile() {
    Path file = directory.resolve("none");

    assertThatThrownBy(() -> WorkerToken.read(Optional.empty(), Optional.of(file)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.token-file is '" + file + "', which cannot be read")
        .hasMessageEndingWith("Name a text file that this user may read.");
  }

  @Test
  void refusesBinaryTokenFile() throws IOException {
    Path file = Files.write(directory.resolve("token"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThatThrownBy(() -> WorkerToken.read(Optional.empty(), Optional.of(file)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("which cannot be read");
  }

  @Test
  void refusesEndlessDeviceAsTokenFile() {
    assertThatThrownBy(() -> WorkerToken.read(Optional.empty(), Optional.of(Path.of("/dev/zero"))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("it is larger than 16 KiB");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("token"), text, StandardCharsets.UTF_8);
  }
}
