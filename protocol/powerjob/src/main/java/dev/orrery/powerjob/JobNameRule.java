package dev.orrery.powerjob;

import dev.orrery.protocol.text.ResourceText;
import java.util.Locale;
import java.util.regex.Pattern;

/** Derives the name of a job from its name in PowerJob, which is free text. */
public final class JobNameRule {
  /** Leaves room for a number that makes the name unique. */
  private static final int MAX_LENGTH = 85;

  private static final String NAMELESS = "job";
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9._-]+");
  private static final Pattern HUMPS =
      Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final Pattern EDGES = Pattern.compile("^[-.]+|[-.]+$");

  private JobNameRule() {}

  /**
   * Returns {@code nightly-report} for {@code Nightly report!}, and {@code close-day} for a name
   * without Latin letters or digits of the class {@code com.acme.CloseDay}.
   *
   * @param processor the class or the bean; null if there is none
   */
  public static String name(String jobName, String processor) {
    String name = name(jobName);
    if (!name.equals(NAMELESS) || processor == null) {
      return name;
    }
    String simple = processor.substring(processor.lastIndexOf('.') + 1);
    return name(HUMPS.matcher(simple).replaceAll("-"));
  }

  private static String name(String jobName) {
    String name = OTHERS.matcher(jobName.toLowerCase(Locale.ROOT)).replaceAll("-");
    name = name.substring(0, Math.min(MAX_LENGTH, name.length()));
    name = EDGES.matcher(name).replaceAll("");
    return ResourceText.isName(name) ? name : NAMELESS;
  }
}
