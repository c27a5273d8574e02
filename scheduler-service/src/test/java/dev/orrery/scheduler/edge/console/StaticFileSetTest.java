package dev.orrery.scheduler.edge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
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
        "files/",
        "files/0123",
        "files/0123/",
        "files/0123/js",
        "files/0123/index.html",
        "files/0123/files/0123/js/main.js",
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
  void referencesFilesFromIndexByHashAndCachesThemForever() {
    String page =
        indexWith("export const a = 1;")
            .find("apps/billing")
            .orElseThrow()
            .plain()
            .bytes()
            .toString();

    assertThat(page)
        .matches(
            "<head><base href=\"../\"><link href=\"files/[0-9a-f]{32}/css/console.css\">"
                + "<script src=\"files/[0-9a-f]{32}/js/main.js\"><a href=\"other.css\"></head>");
    String script = page.replaceAll(".*src=\"([^\"]+)\".*", "$1");
    StaticFileSet same = indexWith("export const a = 1;");
    StaticFileSet later = indexWith("export const a = 2;");
    assertThat(same.find(script).orElseThrow().cacheControl()).contains("immutable", "max-age");
    assertThat(same.find(script).orElseThrow().plain().bytes().toString())
        .isEqualTo("export const a = 1;");
    assertThat(later.find("").orElseThrow().plain().bytes().toString()).doesNotContain(script);
    assertThat(later.find(script).orElseThrow().plain().bytes().toString())
        .isEqualTo("export const a = 2;");
    for (String revalidated : List.of("", "js/main.js", "apps/billing")) {
      assertThat(same.find(revalidated).orElseThrow().cacheControl()).isEqualTo("no-cache");
    }
    assertThat(later.find(script).orElseThrow().cacheControl()).isEqualTo("no-cache");
  }

  private static StaticFileSet indexWith(String script) {
    return new StaticFileSet(
        Map.of(
            "index.html",
            bytes(
                "<head><link href=\"css/console.css\"><script src=\"js/main.js\">"
                    + "<a href=\"other.css\"></head>"),
            "css/console.css",
            bytes("a{}"),
            "js/main.js",
            bytes(script)));
  }

  @Test
  void omitsGzipVariantThatIsLarger() {
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
