package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.BindingPlatform;
import dev.orrery.worker.binding.JsonFormat;
import dev.orrery.worker.binding.ResultWriter;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.Type;
import java.util.Optional;

/**
 * Creates the Quarkus implementation of the binding's platform, for the build and for the running
 * application.
 */
public final class QuarkusBinding {
  /** That of {@code @Scheduled}, unless the application sets another. */
  private static final Optional<String> DIALECT = Optional.of("quartz");

  private QuarkusBinding() {}

  /** Returns the platform of a running application. */
  static BindingPlatform running(SmallRyeConfig config, Optional<ResultWriter> results) {
    return new BindingPlatform(
        new ConfigConverter(config),
        results,
        text -> ConfigPlaceholders.replace(text, config),
        DIALECT);
  }

  /**
   * Returns the platform for a check at build. Settings that are missing may be set when the
   * application runs, so their texts are not checked.
   *
   * @param writes whether the application will have a {@link ResultWriter}
   * @param reads whether that is a {@link JsonFormat}
   */
  public static BindingPlatform building(SmallRyeConfig config, boolean writes, boolean reads) {
    ResultWriter json = reads ? new Building() : Object::toString;
    return new BindingPlatform(
        new ConfigConverter(config),
        writes ? Optional.of(json) : Optional.empty(),
        text -> known(text, config),
        DIALECT);
  }

  private static String known(String text, SmallRyeConfig config) {
    try {
      return ConfigPlaceholders.replace(text, config);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Knows which values have JSON; what they are, the start checks. */
  private static final class Building implements JsonFormat {
    @Override
    public String write(Object result) {
      return result.toString();
    }

    @Override
    public Object read(String json, Type type) {
      return json;
    }
  }
}
