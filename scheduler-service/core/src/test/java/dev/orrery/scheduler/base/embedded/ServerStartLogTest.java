package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerStartLogTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "initdb: error: could not look up effective user ID 12345: user does not exist, entry of this"
        + " user in /etc/passwd",
    "unshare: unshare failed: Operation not permitted, Start the service as another user",
  })
  void suggestsFixForKnownFailure(String line, String fix) throws IOException {
    assertThat(log(line).failure("it failed"))
        .hasMessageStartingWith("it failed:")
        .hasMessageContaining("  " + line)
        .hasMessageContaining(fix)
        .hasMessageEndingWith("quarkus.datasource.jdbc.url to an external database.");
  }

  @Test
  void reportsOnlyLastLineOfUnknownFailure() throws IOException {
    assertThat(log("one\ntwo").failure("it failed")).hasMessageEndingWith("  two");
  }

  private ServerStartLog log(String text) throws IOException {
    return new ServerStartLog(Files.writeString(directory.resolve("start.log"), text));
  }
}
