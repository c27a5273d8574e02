package dev.orrery.worker.spring;

import dev.orrery.worker.binding.ParameterConverter;
import java.util.Locale;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.i18n.LocaleContext;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.format.support.FormattingConversionService;

/**
 * Converts job parameters with the {@code Converter} and {@code Formatter} beans of the
 * application. It uses no locale, so that a text has the same value on each machine.
 */
final class SpringParameterConverter implements ParameterConverter {
  /** Without the converters that Spring brings. */
  private final FormattingConversionService conversions = new FormattingConversionService();

  SpringParameterConverter(ListableBeanFactory beans) {
    ApplicationConversionService.addBeans(conversions, beans);
  }

  @Override
  public boolean canConvert(Class<?> type) {
    return conversions.canConvert(String.class, type);
  }

  @Override
  public Object convert(String text, Class<?> type) {
    LocaleContext ofThread = LocaleContextHolder.getLocaleContext();
    LocaleContextHolder.setLocale(Locale.ROOT);
    try {
      return conversions.convert(text, type);
    } finally {
      LocaleContextHolder.setLocaleContext(ofThread);
    }
  }
}
