package dev.orrery.worker.spring;

import dev.orrery.worker.binding.JobParameter;
import dev.orrery.worker.binding.ParameterConverter;
import java.util.Locale;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.core.MethodParameter;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;

/**
 * Converts as Spring MVC converts the parameters of a request, annotations included, but without a
 * language: the same text is the same value on each machine.
 */
final class SpringParameterConverter implements ParameterConverter {
  private static final TypeDescriptor TEXT = TypeDescriptor.valueOf(String.class);

  private final ConversionService conversions;

  SpringParameterConverter(ConversionService conversions) {
    this.conversions = conversions;
  }

  @Override
  public boolean canConvert(JobParameter parameter) {
    return conversions.canConvert(TEXT, target(parameter));
  }

  @Override
  public Object convert(String text, JobParameter parameter) {
    LocaleContext ofThread = LocaleContextHolder.getLocaleContext();
    LocaleContextHolder.setLocale(Locale.ROOT);
    try {
      return conversions.convert(text, TEXT, target(parameter));
    } finally {
      LocaleContextHolder.setLocaleContext(ofThread);
    }
  }

  private static TypeDescriptor target(JobParameter parameter) {
    MethodParameter declared = new MethodParameter(parameter.method(), parameter.index());
    return new TypeDescriptor(parameter.optional() ? declared.nestedIfOptional() : declared);
  }
}
