package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that contradicting sentences are found, and others are not. */
class ProductFactTest {
  private static final ProductFact POOLS =
      new ProductFact("pools", List.of("default", "engine", "reads"), "(?:connection )?pools?", "");
  private static final ProductFact CONSOLE =
      new ProductFact("console", List.of("en", "zh-CN"), "", "(?:web )?consoles?");
  private static final ProductFact WORKFLOWS =
      new ProductFact("workflows", List.of(), "", "workflows?");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "There are two pools.",
        "`agroal_*` show the two connection pools (label `datasource`).",
        "Both pools close.",
        "The other pool serves edits by users.",
        "A replica has 4 pools."
      })
  void findsContradictingCount(String text) {
    assertThat(POOLS.contradictions(text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A replica uses 22: the three pools, and others.",
        "Up to 10,002 pools of others.",
        "Two replicas share pools.",
        "On a connection of another pool than the engine's."
      })
  void acceptsMatchingCountAndUnrelatedNumbers(String text) {
    assertThat(POOLS.contradictions(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No console in the browser.",
        "It lacks a web console.",
        "**Is there a console in the browser?** No. There are others."
      })
  void findsDenialOfExistingFeature(String text) {
    assertThat(CONSOLE.contradictions(text)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "**Is there a console in the browser?** Yes, it is served.",
        "50 open consoles cost no more than few.",
        "No answer reaches the console."
      })
  void acceptsUnrelatedSentencesAboutExistingFeature(String text) {
    assertThat(CONSOLE.contradictions(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"**Are there workflows?** Yes.", "The scheduler has workflows."})
  void findsPromiseOfMissingFeature(String text) {
    assertThat(WORKFLOWS.contradictions(text)).hasSize(1);
  }

  @Test
  void acceptsDenialOfMissingFeature() {
    assertThat(WORKFLOWS.contradictions("**Are there workflows?** No. Use a workflow engine."))
        .isEmpty();
  }

  @Test
  void describesFactByCountAndNames() {
    assertThat(POOLS.answer()).isEqualTo("3: `default`, `engine`, `reads`");
    assertThat(WORKFLOWS.answer()).isEqualTo("none");
  }
}
