package dev.orrery.protocol.text;

import java.util.regex.Pattern;

/** Checks the names of apps, jobs, workers and other resources, which users choose. */
public final class ResourceText {
  /** Regular expression of a whole name, in the dialect of browsers and JSON schemas. */
  public static final String PATTERN = "(?!\\.{1,2}$)[A-Za-z0-9._-]{1,100}";

  /** The end of an error message about a name. */
  public static final String RULE =
      "must be 1 to 100 characters out of A-Z a-z 0-9 . _ -, and not '.' or '..'";

  private static final Pattern NAME = Pattern.compile(PATTERN);

  private ResourceText() {}

  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }
}
