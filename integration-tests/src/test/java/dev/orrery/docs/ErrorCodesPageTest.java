package dev.orrery.docs;

import dev.orrery.protocol.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Checks that docs/api.md lists the codes of {@link ErrorCode}. */
class ErrorCodesPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  @Test
  void listsEveryErrorCode() {
    StringBuilder table = new StringBuilder("| status | code | meaning |\n|---|---|---|\n");
    for (ErrorCode code : ErrorCode.values()) {
      table
          .append("| ")
          .append(code.status() == 0 ? "–" : Integer.toString(code.status()))
          .append(" | `")
          .append(code)
          .append("` | ")
          .append(code.description())
          .append(" |\n");
    }
    new Page(ROOT, "api.md").check("codes", table.toString());
  }
}
