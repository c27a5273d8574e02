package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.client.AwaitTimeoutException;
import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that docs/java-client.md shows examples/java-client, and names every call and setting. */
class JavaClientPageTest {
  private static final String PAGE = "docs/java-client.md";
  private static final ExampleProgram EXAMPLE =
      new ExampleProgram("examples/java-client", "RunReport", "orrery-client");

  /** The example of the issue has at most this many lines. */
  private static final int MAX_LINES = 25;

  @Test
  void showsSourceOfTheExample() {
    ExampleProgram.requireShown(PAGE, EXAMPLE.source(), "java");
    assertThat(ExampleProgram.read(EXAMPLE.source()).lines().count())
        .isLessThanOrEqualTo(MAX_LINES);
  }

  @Test
  void usesVersionOfThisBuildInTheExample() {
    EXAMPLE.requireVersionOfThisBuild();
  }

  @Test
  void compilesTheExample(@TempDir Path classes) throws IOException {
    assertThat(ExampleProgram.compile(classes, EXAMPLE.source())).isTrue();
  }

  @Test
  void mentionsEveryCallAndSetting() {
    Set<String> methods =
        Stream.of(OrreryClient.class, ClientSettings.class, AwaitTimeoutException.class)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toSet());
    methods.removeAll(Set.of("close", "lastSeen"));

    assertThat(ExampleProgram.read(PAGE)).contains(methods);
  }
}
