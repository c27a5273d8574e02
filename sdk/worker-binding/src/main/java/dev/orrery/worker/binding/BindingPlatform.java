package dev.orrery.worker.binding;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a framework contributes to the binding.
 *
 * @param results writes results as JSON; empty: methods return texts or nothing
 * @param placeholders replaces placeholders in the texts of annotations; throws an {@code
 *     IllegalArgumentException} for one that is not set, or returns null for one that is set later,
 *     whose text is not checked
 */
public record BindingPlatform(
    ParameterConverter converter,
    Optional<ResultWriter> results,
    UnaryOperator<String> placeholders) {

  /** Plain Java: types of the JDK, no JSON, no placeholders. */
  public static BindingPlatform plain() {
    return new BindingPlatform(new JdkConverter(), Optional.empty(), UnaryOperator.identity());
  }

  public BindingPlatform withResults(ResultWriter writer) {
    return new BindingPlatform(converter, Optional.of(writer), placeholders);
  }
}
