package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.ParameterConverter;
import io.smallrye.config.SmallRyeConfig;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.Converter;

/** Converts job parameters with the converters that the application registers for its settings. */
final class ConfigConverter implements ParameterConverter {
  /** The converters that SmallRye makes for a class by itself. */
  private static final String IMPLICIT = "io.smallrye.config.Converters$Implicit";

  private final SmallRyeConfig config;

  ConfigConverter(SmallRyeConfig config) {
    this.config = config;
  }

  @Override
  public boolean canConvert(Class<?> type) {
    return converter(type).isPresent();
  }

  @Override
  public Object convert(String text, Class<?> type) {
    return converter(type).orElseThrow().convert(text);
  }

  private <T> Optional<Converter<T>> converter(Class<T> type) {
    return config
        .getConverter(type)
        .filter(converter -> !converter.getClass().getName().startsWith(IMPLICIT));
  }
}
