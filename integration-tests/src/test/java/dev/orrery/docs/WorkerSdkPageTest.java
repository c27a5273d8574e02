package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that docs/worker-sdk.md shows the files of examples/worker, and that they work. */
class WorkerSdkPageTest {
  private static final String PAGE = "docs/worker-sdk.md";
  private static final ExampleProgram EXAMPLE =
      new ExampleProgram("examples/worker", "HelloWorker", "orrery-worker-sdk");

  @Test
  void showsFilesOfTheExample() {
    ExampleProgram.requireShown(PAGE, EXAMPLE.pom(), "xml");
    ExampleProgram.requireShown(PAGE, EXAMPLE.source(), "java");
  }

  /** The IDE of a user finds the documentation of the SDK and of the messages there. */
  @Test
  void attachesSourcesToSdkAndProtocolModules() {
    for (String module : List.of("worker-sdk", "protocol")) {
      assertThat(ExampleProgram.read(module + "/pom.xml"))
          .as(module)
          .contains("<artifactId>maven-source-plugin</artifactId>");
    }
  }

  @Test
  void usesVersionOfThisBuildInTheExample() {
    EXAMPLE.requireVersionOfThisBuild();
  }

  @Test
  void compilesTheExample(@TempDir Path classes) throws IOException {
    EXAMPLE.requireCompiles(classes);
  }
}
