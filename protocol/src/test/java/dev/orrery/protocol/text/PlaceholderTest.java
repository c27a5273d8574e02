package dev.orrery.protocol.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$5",
        "$(date)",
        "${fireTime}",
        "in ${parameters.a.b} at ${fireTime}",
        "${$}{HOME} costs ${$}5 or ${$}${parameters.price}",
        "${open"
      })
  void acceptsKnownPlaceholdersAndPlainText(String text) {
    assertThat(Placeholder.firstUnknown(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "${parameter.name}, parameter.name",
    "${fireTime} ${HOME} ${USER}, HOME",
    "${}, ''",
    "${$$}, $$",
    "$${x}, x",
    "${parameters.}, parameters.",
    "${ fireTime }, ' fireTime '"
  })
  void namesFirstUnknownPlaceholder(String text, String name) {
    assertThat(Placeholder.firstUnknown(text)).contains(name);
  }
}
