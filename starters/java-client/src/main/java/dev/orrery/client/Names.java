package dev.orrery.client;

import java.util.regex.Pattern;

/** Names and ids in paths: an empty one would address something else. */
final class Names {
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}");
  private static final Pattern ID = Pattern.compile("\\d{1,20}");

  private Names() {}

  /**
   * @throws IllegalArgumentException naming the thing
   */
  static String require(String what, String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " must be 1 to 100 characters out of A-Z a-z 0-9 . _ -, and not '.' or '..'; got "
              + name);
    }
    return name;
  }

  static String requireId(String id) {
    if (id == null || !ID.matcher(id).matches()) {
      throw new IllegalArgumentException("The id of an instance has only digits; got " + id);
    }
    return id;
  }
}
