package dev.orrery.worker.quarkus;

import io.smallrye.common.expression.Expression;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/**
 * Replaces placeholders such as <code>${cleanup.cron:@daily}</code> with the values of settings.
 */
final class ConfigPlaceholders {
  private static final Expression.Flag[] AS_IN_SETTINGS = {
    Expression.Flag.LENIENT_SYNTAX,
    Expression.Flag.NO_TRIM,
    Expression.Flag.NO_SMART_BRACES,
    Expression.Flag.DOUBLE_COLON
  };

  private ConfigPlaceholders() {}

  /**
   * @throws IllegalArgumentException if a setting is missing and has no default
   */
  static String replace(String text, Config config) {
    return Expression.compile(text, AS_IN_SETTINGS)
        .evaluate(
            (context, target) -> {
              Optional<String> value = config.getOptionalValue(context.getKey(), String.class);
              if (value.isPresent()) {
                target.append(value.get());
              } else if (context.hasDefault()) {
                context.expandDefault(target);
              } else {
                throw new IllegalArgumentException(
                    "there is no setting '" + context.getKey() + "'");
              }
            });
  }
}
