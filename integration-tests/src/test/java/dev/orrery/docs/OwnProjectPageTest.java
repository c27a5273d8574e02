package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that docs/own-project.md shows examples/kotlin, and that all pages install the libraries
 * by the same command.
 */
class OwnProjectPageTest {
  private static final String PAGE = "docs/own-project.md";
  private static final String EXAMPLE = "examples/kotlin/";

  private static final Pattern INSTALL = Pattern.compile("\\./mvnw [^\n]* install (.*\\\\\n)*.*\n");

  @ParameterizedTest
  @CsvSource({
    "kotlin, src/main/kotlin/com/example/BillingApplication.kt",
    "properties, src/main/resources/application.properties",
    "kotlin, src/test/kotlin/com/example/BillingApplicationTest.kt",
    "xml, pom.xml"
  })
  void showsFilesOfTheExample(String language, String file) {
    ExampleProgram.requireShown(PAGE, EXAMPLE + file, language);
  }

  @Test
  void namesVersionOfThisBuild() {
    String version = ExampleProgram.version("pom.xml", "orrery");

    assertThat(ExampleProgram.version(EXAMPLE + "pom.xml", "orrery-spring-boot-starter"))
        .isEqualTo(version);
    assertThat(ExampleProgram.version(EXAMPLE + "pom.xml", "orrery-worker-test"))
        .isEqualTo(version);
    assertThat(ExampleProgram.version(PAGE, "orrery-bom")).isEqualTo(version);
    assertThat(
            Pattern.compile("orrery-bom:([^\"]+)\"").matcher(ExampleProgram.read(PAGE)).results())
        .hasSize(3)
        .allMatch(found -> found.group(1).equals(version));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PAGE,
        "docs/first-worker.md",
        "docs/spring-boot.md",
        "docs/quarkus.md",
        "docs/worker-sdk.md",
        "docs/java-client.md",
        "examples/spring-boot/README.md",
        "examples/quarkus/README.md",
        "examples/java-client/README.md"
      })
  void showsSameInstallCommandOnEveryPage(String page) {
    assertThat(INSTALL.matcher(ExampleProgram.read(page)).results().map(found -> found.group()))
        .containsExactly(
            "./mvnw -Ppublish -Dquick -Dmaven.test.skip=true -Dmaven.javadoc.skip=true install -am \\\n"
                + "  -pl sdk/bom,sdk/quarkus/deployment,sdk/spring-boot-3-starter,"
                + "sdk/spring-boot-starter,protocol/akka\n");
  }
}
