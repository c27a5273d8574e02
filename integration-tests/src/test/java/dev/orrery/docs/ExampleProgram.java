package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A program of examples/, of one source file.
 *
 * @param directory such as {@code examples/worker}
 * @param mainClass such as {@code HelloWorker}
 * @param artifact of Orrery that it depends on
 */
record ExampleProgram(String directory, String mainClass, String artifact) {
  static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  String pom() {
    return directory + "/pom.xml";
  }

  String source() {
    return directory + "/src/main/java/com/example/" + mainClass + ".java";
  }

  /** Requires that a page shows a file as it is. */
  static void requireShown(String page, String file, String language) {
    assertThat(read(page))
        .contains("<!-- file: " + file + " -->\n```" + language + "\n" + read(file) + "```\n");
  }

  /** Requires that it depends on the version of this build. */
  void requireVersionOfThisBuild() {
    assertThat(version(pom(), artifact)).isEqualTo(version("pom.xml", "orrery"));
  }

  static String version(String pom, String artifact) {
    Matcher version =
        Pattern.compile("<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)<")
            .matcher(read(pom));
    assertThat(version.find()).as(pom).isTrue();
    return version.group(1);
  }

  /** Compiles source files with what the tests depend on. */
  static boolean compile(Path classes, String... sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
      Path[] paths = Arrays.stream(sources).map(ROOT::resolve).toArray(Path[]::new);
      return compiler
          .getTask(null, files, null, options, null, files.getJavaFileObjects(paths))
          .call();
    }
  }

  static String read(String file) {
    return TextFile.read(ROOT.resolve(file));
  }
}
