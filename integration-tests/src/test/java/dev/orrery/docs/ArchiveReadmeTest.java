package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that the README of the archive links only to files of the archive, and needs no sources.
 */
class ArchiveReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
  private static final Pattern INCLUDE = Pattern.compile("<include>([^<]+)</include>");

  private final String readme;
  private final String archive;

  ArchiveReadmeTest() throws IOException {
    readme = Files.readString(ROOT.resolve("packaging/distribution/README.md"));
    archive = Files.readString(ROOT.resolve("packaging/distribution/archive.xml"));
  }

  @Test
  void replacesRepositoryReadmeInTheArchive() {
    assertThat(archive).contains("<source>${project.basedir}/README.md</source>");
    assertThat(includes()).isNotEmpty().doesNotContain("README.md");
  }

  @Test
  void linksOnlyToFilesInTheArchive() {
    List<String> links = LINK.matcher(readme).results().map(found -> found.group(1)).toList();

    assertThat(links)
        .isNotEmpty()
        .allMatch(link -> Files.exists(ROOT.resolve(link)))
        .allMatch(link -> includes().stream().anyMatch(include -> isIn(link, include)));
  }

  @Test
  void showsOnlyCommandsOfTheInstalledScript() {
    assertThat(BLOCK.matcher(readme).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(commands -> commands.lines().allMatch(line -> line.startsWith("./orrery ")));
  }

  private static boolean isIn(String link, String include) {
    return include.endsWith("/**")
        ? link.startsWith(include.substring(0, include.length() - 2))
        : link.equals(include);
  }

  private List<String> includes() {
    return INCLUDE.matcher(archive).results().map(found -> found.group(1)).toList();
  }
}
