package dev.orrery.worker.binding;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The features that a framework, such as Spring or Quarkus, provides for the binding.
 *
 * @param converter converts texts to types of the application
 * @param results writes results as JSON, and reads parameters if it is a {@link JsonFormat}; empty:
 *     methods return texts or nothing
 * @param placeholders replaces placeholders in the texts of annotations; throws an {@code
 *     IllegalArgumentException} for one that is not set, or returns null for one that is set later,
 *     whose text is not checked
 * @param dialect of cron expressions that name none; empty: they have no dialect
 */
public record BindingPlatform(
    ParameterConverter converter,
    Optional<ResultWriter> results,
    UnaryOperator<String> placeholders,
    Optional<String> dialect) {

  /** Plain Java: no JSON library, no placeholders. */
  public static BindingPlatform plain() {
    return new BindingPlatform(
        ParameterConverter.NONE, Optional.empty(), UnaryOperator.identity(), Optional.empty());
  }

  public BindingPlatform withResults(ResultWriter writer) {
    return new BindingPlatform(converter, Optional.of(writer), placeholders, dialect);
  }
}
