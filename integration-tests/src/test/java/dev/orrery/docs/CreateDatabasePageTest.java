package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that pages create databases with the encoding that the scheduler requires. */
class CreateDatabasePageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern CREATION = Pattern.compile("create database [^;`]*");

  @Test
  void createsDatabasesWithTheRequiredEncoding() throws IOException {
    List<String> creations = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      for (Path page : files.filter(file -> file.toString().endsWith(".md")).toList()) {
        CREATION
            .matcher(Files.readString(page))
            .results()
            .map(MatchResult::group)
            .forEach(creations::add);
      }
    }

    assertThat(creations)
        .isNotEmpty()
        .allMatch(call -> call.contains("encoding 'UTF8' locale 'C' template template0"));
  }
}
