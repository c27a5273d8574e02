package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetSyntaxTest {
  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/apps", "/a?x=%C3%a4&y=100%25", "/a%20b?", "/a?x=%ff", "/a?x=;"})
  void acceptsValidRequestTarget(String target) {
    assertThat(TargetSyntax.violation(target)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /a?x=%zz | '%zz': malformed escape pair.
          /a?x=%4  | '%4'
          /a?x=%   | '%'
          /a%zz    | '%zz': malformed escape pair.
          /a?x=<b> | '<b>': illegal character in query.
          """)
  void namesInvalidPartOfRequestTarget(String target, String place) {
    assertThat(TargetSyntax.violation(target))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("The address is not valid at " + place)
                    .endsWith(" Send such a character percent-encoded, '%' as '%25'."));
  }
}
