package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStackTest {
  @TempDir private Path data;

  @Test
  void tokenOfTheSchedulerIsInItsFileOrInTheEnvironment() throws IOException {
    Path file = data.resolve("admin-token");

    assertThatCode(
            () ->
                LocalStack.requireToken(
                    file, Map.of("ORRERY_SECURITY_ADMIN_TOKEN", "given-secret")))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> LocalStack.requireToken(file, Map.of("ORRERY_SECURITY_ADMIN_TOKEN", " ")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "Set ORRERY_SECURITY_ADMIN_TOKEN in the environment to the same token.");

    Files.writeString(file, "made-secret");
    assertThatCode(() -> LocalStack.requireToken(file, Map.of())).doesNotThrowAnyException();
  }
}
