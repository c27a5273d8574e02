package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFileSetTest {
  private static final String SCRIPT = "export const long = '" + "a".repeat(500) + "';";

  private final StaticFileSet files =
      new StaticFileSet(
          Map.of(
              "index.html", bytes("<head></head>"),
              "js/main.js", bytes(SCRIPT),
              "css/console.css", bytes("a{}"),
              "lib/lit-html/LICENSE", bytes("BSD")));

  @ParameterizedTest
  @CsvSource({
    "index.html, text/html; charset=utf-8",
    "js/main.js, text/javascript; charset=utf-8",
    "css/console.css, text/css; charset=utf-8",
    "lib/lit-html/LICENSE, text/plain; charset=utf-8",
  })
  void derivesMediaTypeFromFileExtension(String path, String mediaType) {
    assertThat(files.find(path)).map(StaticFile::mediaType).contains(mediaType);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ./",
    "sign-in, ./",
    "apps/, ../",
    "apps/billing, ../",
    "apps/billing/jobs/nightly.report, ../../../",
    "a/b/c/d/e/f/g/h/i/j/k/l/m, ../../../../../../../../../../../../",
  })
  void setsBaseHrefRelativeToPageDepth(String path, String base) {
    assertThat(text(path)).isEqualTo("<head><base href=\"" + base + "\"></head>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "js/other.js",
        "js/",
        "js",
        "css/console.css/",
        "lib/lit-html/../../index.html",
        "a/b/c/d/e/f/g/h/i/j/k/l/m/n"
      })
  void findsNoFileForDirectoriesOrPathsTooDeep(String path) {
    assertThat(files.find(path)).isEmpty();
  }

  @Test
  void assignsDistinctEtagPerContentAndEncoding() {
    StaticFile script = files.find("js/main.js").orElseThrow();

    assertThat(script.plain().etag())
        .matches("\"[0-9a-f]{32}\"")
        .isNotEqualTo(script.gzip().orElseThrow().etag())
        .isNotEqualTo(files.find("index.html").orElseThrow().plain().etag())
        .isEqualTo(StaticFile.of("js/copy.js", bytes(SCRIPT)).plain().etag());
  }

  @Test
  void omitsGzipVariantLargerThanOriginal() {
    assertThat(files.find("css/console.css").orElseThrow().gzip()).isEmpty();
  }

  @Test
  void refusesIndexWithoutHeadElement() {
    assertThatThrownBy(() -> new StaticFileSet(Map.of("index.html", bytes("<html></html>"))))
        .hasMessageContaining("<head>");
  }

  private String text(String path) {
    return files.find(path).orElseThrow().plain().bytes().toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
