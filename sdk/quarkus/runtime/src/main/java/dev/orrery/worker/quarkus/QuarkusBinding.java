package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.BindingPlatform;
import dev.orrery.worker.binding.JdkConverter;
import dev.orrery.worker.binding.JobParameter;
import dev.orrery.worker.binding.ParameterConverter;
import dev.orrery.worker.binding.ResultWriter;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.Type;
import java.util.Optional;

/** What Quarkus contributes to the binding, the same when it builds and when it runs. */
public final class QuarkusBinding {
  private QuarkusBinding() {}

  /** Returns the platform of a running application. */
  static BindingPlatform running(SmallRyeConfig config, Optional<ResultWriter> results) {
    return new BindingPlatform(
        converter(config), results, text -> ConfigPlaceholders.replace(text, config));
  }

  /**
   * Returns the platform for a check at build. Settings that are missing may be set when the
   * application runs, so their texts are not checked.
   *
   * @param json whether the application will have a {@link ResultWriter}
   */
  public static BindingPlatform building(SmallRyeConfig config, boolean json) {
    return new BindingPlatform(
        converter(config),
        json ? Optional.of(Object::toString) : Optional.empty(),
        text -> known(text, config));
  }

  private static String known(String text, SmallRyeConfig config) {
    try {
      return ConfigPlaceholders.replace(text, config);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Types of the JDK are strict: SmallRye takes any text for a boolean. */
  private static ParameterConverter converter(SmallRyeConfig config) {
    ParameterConverter jdk = new JdkConverter();
    ParameterConverter settings = new ConfigConverter(config);
    ParameterConverter jdkFirst = jdk.orElse(settings);
    ParameterConverter settingsFirst = settings.orElse(jdk);
    return new ParameterConverter() {
      @Override
      public boolean canConvert(JobParameter parameter) {
        return of(parameter).canConvert(parameter);
      }

      @Override
      public Object convert(String text, JobParameter parameter) {
        return of(parameter).convert(text, parameter);
      }

      private ParameterConverter of(JobParameter parameter) {
        return isOfJdk(parameter.type()) ? jdkFirst : settingsFirst;
      }
    };
  }

  private static boolean isOfJdk(Type type) {
    return type instanceof Class<?> target
        && (target.isPrimitive() || target.getName().startsWith("java."));
  }
}
