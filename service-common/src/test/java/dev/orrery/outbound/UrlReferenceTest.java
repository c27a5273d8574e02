package dev.orrery.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlReferenceTest {
  private static final URI BASE = URI.create("http://a/b/c/d;p?q");

  /** The examples of RFC 3986, sections 5.4.1 and 5.4.2, without fragments. */
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q",
    "g#s, http://a/b/c/g",
    "g?y#s, http://a/b/c/g?y",
    ";x, http://a/b/c/;x",
    "g;x, http://a/b/c/g;x",
    "g;x?y#s, http://a/b/c/g;x?y",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../, http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../, http://a/",
    "../../g, http://a/g",
    "../../../g, http://a/g",
    "../../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    ".g, http://a/b/c/.g",
    "g.., http://a/b/c/g..",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "./g/., http://a/b/c/g/",
    "g/./h, http://a/b/c/g/h",
    "g/../h, http://a/b/c/h",
    "g;x=1/./y, http://a/b/c/g;x=1/y",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/./x, http://a/b/c/g?y/./x",
    "g?y/../x, http://a/b/c/g?y/../x",
    "https://h:8/x/../y?z, https://h:8/y?z",
    "a//b/../c, http://a/b/c/a//c",
    "g?http://other/x, http://a/b/c/g?http://other/x",
    "1:2, http://a/b/c/1:2"
  })
  void resolvesReferencesByRfc3986(String location, String expected) {
    assertThat(UrlReference.resolve(BASE, location)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({"x, http://a/x", "?y, http://a?y", "../x, http://a/x"})
  void resolvesReferencesAgainstHostWithoutPath(String location, String expected) {
    assertThat(UrlReference.resolve(URI.create("http://a"), location)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/café, /caf%C3%A9",
    "/straße?ö=日本, /stra%C3%9Fe?%C3%B6=%E6%97%A5%E6%9C%AC",
    "/caf%C3%A9, /caf%C3%A9",
    "/e\u0301, /e%CC%81",
    "/a b|c{d}e, /a%20b%7Cc%7Bd%7De",
    "/x?q=a b|\"<>\\^`, /x?q=a%20b%7C%22%3C%3E%5C%5E%60",
    "/100%/x%zz%4, /100%25/x%25zz%254",
    "/a[1]?b[]=2, /a%5B1%5D?b%5B%5D=2",
    "' /x ', /x"
  })
  void resolvesUnencodedLocationsLikeBrowsers(String location, String target) {
    String header =
        new String(location.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(UrlReference.resolve(BASE, header)).hasToString("http://a" + target);
  }

  @Test
  void readsNonUtf8LocationAsLatin1() {
    assertThat(UrlReference.resolve(BASE, "/caf\u00e9")).hasToString("http://a/caf%C3%A9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://", "http:", "https://[x/", "http://a b/"})
  void refusesMalformedUrls(String location) {
    assertThatThrownBy(() -> UrlReference.resolve(BASE, location))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
