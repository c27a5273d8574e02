package dev.orrery.protocol.startup;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The form of a setting's value, according to its Java type. */
public enum SettingType {
  TEXT("a value") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      return true;
    }
  },
  /** Comma-separated values, or indexed keys: {@code key[0]}, {@code key[1]}. */
  LIST("values separated by commas") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      return true;
    }

    @Override
    boolean isEmpty(String value) {
      return value.replace(",", "").isBlank();
    }
  },
  WHOLE_NUMBER("a whole number") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      try {
        Integer.parseInt(value.strip());
        return true;
      } catch (NumberFormatException e) {
        return false;
      }
    }
  },
  /** The configuration library reads any other value as false, so we refuse it. */
  BOOLEAN("true or false") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      return BOOLEANS.contains(value.strip().toLowerCase(Locale.ROOT));
    }
  },
  DURATION("a duration such as 30s, 5m, 2h or PT30S") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      return isDuration.test(value);
    }
  },
  ZONE("a time zone such as UTC or Europe/Berlin") {
    @Override
    boolean accepts(String value, Predicate<String> isDuration) {
      try {
        ZoneId.of(value.strip());
        return true;
      } catch (DateTimeException e) {
        return false;
      }
    }
  };

  private static final List<String> BOOLEANS =
      List.of("true", "false", "1", "0", "yes", "no", "y", "n", "on", "off");

  private final String expected;

  SettingType(String expected) {
    this.expected = expected;
  }

  abstract boolean accepts(String value, Predicate<String> isDuration);

  /** Returns true if the configuration library treats the value as absent. */
  boolean isEmpty(String value) {
    return value.isBlank();
  }

  /** The valid form, as the end of "must be …". */
  String expected() {
    return expected;
  }
}
