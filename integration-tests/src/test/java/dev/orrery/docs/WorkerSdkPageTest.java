package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * Checks that the pages about workers show the files of examples/worker, and that this example
 * works.
 */
class WorkerSdkPageTest {
  private static final String PAGE = "docs/worker-sdk.md";
  private static final ExampleProgram EXAMPLE =
      new ExampleProgram("examples/worker", "HelloWorker", "orrery-worker-sdk");
  private static final String TEST =
      "examples/worker/src/test/java/com/example/HelloWorkerTest.java";

  @Test
  void showsFilesOfTheExample() {
    ExampleProgram.requireShown(PAGE, EXAMPLE.pom(), "xml");
    ExampleProgram.requireShown(PAGE, EXAMPLE.source(), "java");
  }

  @Test
  void showsTestOfTheExample() {
    ExampleProgram.requireShown("docs/testing-jobs.md", TEST, "java");
  }

  @Test
  void runsTestOfTheExample(@TempDir Path classes) throws Exception {
    assertThat(ExampleProgram.compile(classes, EXAMPLE.source(), TEST)).isTrue();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
      LauncherDiscoveryRequest tests =
          LauncherDiscoveryRequestBuilder.request()
              .selectors(
                  DiscoverySelectors.selectClass(loader.loadClass("com.example.HelloWorkerTest")))
              .build();
      SummaryGeneratingListener summary = new SummaryGeneratingListener();
      LauncherFactory.create().execute(tests, summary);

      assertThat(summary.getSummary().getFailures()).isEmpty();
      assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(3);
    }
  }

  /** The IDE of a user finds the documentation of the SDK and of the messages there. */
  @Test
  void attachesSourcesToSdkAndProtocolModules() {
    for (String module : List.of("sdk/worker", "protocol", "sdk/worker-test")) {
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
    assertThat(ExampleProgram.compile(classes, EXAMPLE.source())).isTrue();
  }
}
