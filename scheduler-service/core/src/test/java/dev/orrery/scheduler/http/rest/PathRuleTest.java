package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/q/openapi",
        "/api/v1/apps/",
        "/api/v1/apps/a.b_c-9/jobs/...",
        "/api/v1/apps/.hidden",
        "/api/v1/apps/..a",
        "/api/v1/apps/a..",
        "/api/v1/apps/app/jobs/a:b",
        "/api/v1/apps/app/jobs/a%3Ab",
        "/api/v1/apps/a%20b%C3%A4",
        "/api/v1/apps/%",
        "/api/v1/apps/%2",
        "/api/v1/apps/%zz%2",
      })
  void acceptsUnambiguousPath(String path) {
    assertThat(PathRule.violation(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /api/v1/apps;        | ';'
          /api/v1/apps;x=1     | ';'
          /api;/v1/apps        | ';'
          /;/api               | ';'
          /..;/api             | ';'
          /api/v1/apps%3Bx     | '%3B', an encoded ';'
          /api/v1/apps%3bx     | '%3b', an encoded ';'
          /api%2Fv1            | '%2F', an encoded '/'
          /api/v1%2f           | '%2f', an encoded '/'
          /api%5Cv1            | '%5C', an encoded '\\'
          /api%5cv1            | '%5c', an encoded '\\'
          /api\\v1             | a backslash
          //api/v1             | '//'
          /api//v1             | '//'
          /api/v1//            | '//'
          ///                  | '//'
          /.                   | dot segment '.'
          /./api               | dot segment '.'
          /api/.               | dot segment '.'
          /..                  | dot segment '..'
          /../api              | dot segment '..'
          /api/../q            | dot segment '..'
          /api/v1/..           | dot segment '..'
          /api/%2e%2e/q        | '%2e', an encoded '.'
          /api/%2E./q          | '%2E', an encoded '.'
          /api/.%2e/q          | '%2e', an encoded '.'
          /api/a%2Eb           | '%2E', an encoded '.'
          /api%00              | '%00', an encoded control character
          /api%0d%0aX:1        | '%0d', an encoded control character
          /api%1F              | '%1F', an encoded control character
          /api%7f              | '%7f', an encoded control character
          /%61pi/v1/apps       | '%61', an encoded 'a'
          /api/%76%31/apps     | '%76', an encoded 'v'
          /api/v%31            | '%31', an encoded '1'
          /api/v1/apps/a%5Fb   | '%5F', an encoded '_'
          /api/v1/apps/a%2Db   | '%2D', an encoded '-'
          /api/v1/apps/a%7Eb   | '%7E', an encoded '~'
          """)
  void refusesAmbiguousPathAndNamesOffendingPart(String path, String form) {
    assertThat(PathRule.violation(path))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("The path contains ")
                    .contains(form)
                    .matches(".*: .+\\."));
  }

  /** CONNECT over HTTP/2 has no path. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "*", "api/v1/apps", ";", "http:/api"})
  void refusesTargetNotStartingWithSlash(String target) {
    assertThat(PathRule.violation(target)).contains("The path must begin with '/'.");
  }

  @ParameterizedTest
  @ValueSource(chars = {0, '\t', '\n', '\r', 0x1f, 0x7f})
  void refusesControlCharacterInPath(char control) {
    assertThat(PathRule.violation("/api" + control))
        .contains("The path contains a control character: leave it out.");
  }
}
