package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Checks that the pages about workers show the files of examples/worker, and that they work. */
class WorkerSdkPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String POM = "examples/worker/pom.xml";
  private static final String PROGRAM =
      "examples/worker/src/main/java/com/example/HelloWorker.java";
  private static final String TEST =
      "examples/worker/src/test/java/com/example/HelloWorkerTest.java";
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>orrery(?:-worker-sdk)?</artifactId>\\s*<version>([^<]+)<");

  @Test
  void showsFilesOfTheExample() throws IOException {
    String page = read("docs/worker-sdk.md");

    assertThat(page).contains("<!-- file: " + POM + " -->\n```xml\n" + read(POM) + "```\n");
    assertThat(page)
        .contains("<!-- file: " + PROGRAM + " -->\n```java\n" + read(PROGRAM) + "```\n");
  }

  @Test
  void showsTestOfTheExample() throws IOException {
    assertThat(read("docs/testing-jobs.md"))
        .contains("<!-- file: " + TEST + " -->\n```java\n" + read(TEST) + "```\n");
  }

  @Test
  void runsTestOfTheExample(@TempDir Path classes) throws Exception {
    assertThat(compile(classes, PROGRAM, TEST)).isTrue();
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
  void attachesSourcesToSdkAndProtocolModules() throws IOException {
    for (String module : List.of("worker-sdk", "protocol", "starters/worker-test")) {
      assertThat(read(module + "/pom.xml"))
          .as(module)
          .contains("<artifactId>maven-source-plugin</artifactId>");
    }
  }

  @Test
  void usesVersionOfThisBuildInTheExample() throws IOException {
    assertThat(version(POM)).isEqualTo(version("pom.xml"));
  }

  @Test
  void compilesTheExample(@TempDir Path classes) throws IOException {
    assertThat(compile(classes, PROGRAM)).isTrue();
  }

  private static boolean compile(Path classes, String... sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
      Path[] paths = Arrays.stream(sources).map(WorkerSdkPageTest::path).toArray(Path[]::new);
      return compiler
          .getTask(null, files, null, options, null, files.getJavaFileObjects(paths))
          .call();
    }
  }

  private static String version(String pom) throws IOException {
    Matcher version = VERSION.matcher(read(pom));
    assertThat(version.find()).as(pom).isTrue();
    return version.group(1);
  }

  private static String read(String file) throws IOException {
    return Files.readString(path(file));
  }

  private static Path path(String file) {
    return ROOT.resolve(file);
  }
}
