package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.VariableTree;
import dev.orrery.docs.Sources.Parsed;
import dev.orrery.protocol.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/api.md lists every code with its status. */
class ErrorCodesPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  @Test
  void everyCodeIsListed() {
    Parsed parsed =
        Sources.parse(ROOT.resolve("protocol/src/main/java/dev/orrery/protocol/ErrorCode.java"));
    StringBuilder table = new StringBuilder("| status | code | meaning |\n|---|---|---|\n");
    for (ErrorCode code : ErrorCode.values()) {
      String documentation =
          parsed.type().getMembers().stream()
              .filter(member -> member instanceof VariableTree)
              .map(VariableTree.class::cast)
              .filter(constant -> constant.getName().contentEquals(code.name()))
              .map(constant -> parsed.documentation(parsed.path(constant)))
              .findFirst()
              .orElseThrow();
      assertThat(documentation).as(code.name()).isNotEmpty();
      table
          .append("| ")
          .append(code.status() == 0 ? "–" : Integer.toString(code.status()))
          .append(" | `")
          .append(code)
          .append("` | ")
          .append(documentation)
          .append(" |\n");
    }
    new Page(ROOT, "api.md").check("codes", table.toString());
  }
}
