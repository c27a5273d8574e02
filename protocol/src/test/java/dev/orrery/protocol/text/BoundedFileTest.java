package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedFileTest {
  @TempDir private Path directory;

  @Test
  void readsFileOfMaximumSize() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "ü".repeat(1024));

    assertThat(BoundedFile.read(file, 2048)).isEqualTo("ü".repeat(1024));
  }

  @Test
  void refusesFileOneByteOverTheLimit() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x".repeat(2049));

    assertThatThrownBy(() -> BoundedFile.read(file, 2048))
        .isInstanceOf(IOException.class)
        .hasMessage("it is larger than 2 KiB");
  }

  @Test
  void refusesEndlessDevice() {
    assertThatThrownBy(() -> BoundedFile.read(Path.of("/dev/zero"), 2048))
        .hasMessage("it is larger than 2 KiB");
  }

  @Test
  void refusesInvalidUtf8() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[] {(byte) 0xC3, 'x'});

    assertThatThrownBy(() -> BoundedFile.read(file, 2048))
        .isInstanceOf(CharacterCodingException.class);
  }
}
