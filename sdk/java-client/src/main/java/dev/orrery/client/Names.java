package dev.orrery.client;

import dev.orrery.protocol.text.ResourceText;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the names and ids that become part of a path, because an empty one would address another
 * resource.
 */
final class Names {
  private static final Pattern ID = Pattern.compile("\\d{1,20}");

  private Names() {}

  /**
   * @throws IllegalArgumentException naming the thing
   */
  static String require(String what, @Nullable String name) {
    if (name == null || !ResourceText.isName(name)) {
      throw new IllegalArgumentException("The " + what + " " + ResourceText.RULE + "; got " + name);
    }
    return name;
  }

  static String requireId(@Nullable String id) {
    if (id == null || !ID.matcher(id).matches()) {
      throw new IllegalArgumentException("The id of an instance has only digits; got " + id);
    }
    return id;
  }
}
