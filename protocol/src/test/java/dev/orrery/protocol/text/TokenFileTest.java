package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
  private Path file;

  @BeforeEach
  void write(@TempDir Path directory) throws IOException {
    file = Files.writeString(directory.resolve("token"), " first\n");
  }

  @Test
  void rereadsFileAfterOneSecond() throws IOException {
    TokenFile token = new TokenFile(file, nanos::get);
    Files.writeString(file, "second");

    nanos.addAndGet(SECOND.toNanos() - 1);
    assertThat(token.get()).isEqualTo("first");
    nanos.incrementAndGet();
    assertThat(token.get()).isEqualTo("second");
  }

  @Test
  void keepsLastTokenWhileFileHasNoValidToken() throws IOException {
    TokenFile token = new TokenFile(file, nanos::get);

    for (String broken : new String[] {"", "two words", "tök"}) {
      Files.writeString(file, broken);
      nanos.addAndGet(SECOND.toNanos());
      assertThat(token.get()).as(broken).isEqualTo("first");
    }
    Files.delete(file);
    nanos.addAndGet(SECOND.toNanos());
    assertThat(token.get()).isEqualTo("first");

    Files.writeString(file, "second");
    nanos.addAndGet(SECOND.toNanos());
    assertThat(token.get()).isEqualTo("second");
  }

  @Test
  void refusesInitialFileWithoutValidToken() throws IOException {
    Files.writeString(file, "two words");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenFile(file))
        .withMessage("The token in " + file + " " + TokenText.RULE + ".");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenFile(file.resolveSibling("none")))
        .withMessageStartingWith("The token file " + file.resolveSibling("none"));
  }
}
