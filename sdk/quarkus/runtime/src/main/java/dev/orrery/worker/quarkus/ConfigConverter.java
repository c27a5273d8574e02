package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.JobParameter;
import dev.orrery.worker.binding.ParameterConverter;
import io.smallrye.config.Converters;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Converts job parameters with the converters of Quarkus's settings, including those that the
 * application registers. Comma-separated values become lists or sets.
 */
final class ConfigConverter implements ParameterConverter {
  private final SmallRyeConfig config;

  ConfigConverter(SmallRyeConfig config) {
    this.config = config;
  }

  @Override
  public boolean canConvert(JobParameter parameter) {
    return converter(parameter.type()).isPresent();
  }

  @Override
  public Object convert(String text, JobParameter parameter) {
    return converter(parameter.type()).orElseThrow().convert(text);
  }

  private Optional<? extends Converter<?>> converter(Type type) {
    if (type instanceof Class<?> target) {
      return config.getConverter(target);
    }
    if (type instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
      if (generic.getRawType() == List.class) {
        return config
            .getConverter(element)
            .map(item -> Converters.newCollectionConverter(item, ArrayList::new));
      }
      if (generic.getRawType() == Set.class) {
        return config
            .getConverter(element)
            .map(item -> Converters.newCollectionConverter(item, LinkedHashSet::new));
      }
    }
    return Optional.empty();
  }
}
