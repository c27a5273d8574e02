package dev.orrery.cli.client;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A filter by a name and its value, written as {@code team=billing}, or as {@code team:billing} as
 * in the API and in the console. No name has either sign.
 */
public record NameValue(String name, String value) {
  private static final Pattern WRITTEN = Pattern.compile("([^:=]+)[:=](.*)", Pattern.DOTALL);

  /** Converts the value of an option. */
  public static final class Converter implements ITypeConverter<NameValue> {
    @Override
    public NameValue convert(String text) {
      Matcher written = WRITTEN.matcher(text);
      if (!written.matches()) {
        throw new TypeConversionException("write NAME=VALUE or NAME:VALUE; got '" + text + "'");
      }
      return new NameValue(written.group(1), written.group(2));
    }
  }

  /** Returns the values by name, in the order of the options; the last one of a name counts. */
  public static Map<String, String> byName(Collection<NameValue> pairs) {
    Map<String, String> values = new LinkedHashMap<>();
    pairs.forEach(pair -> values.put(pair.name(), pair.value()));
    return values;
  }
}
